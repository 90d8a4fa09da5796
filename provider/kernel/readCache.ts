import { setImmediate } from "node:timers/promises";

/** What the kernel shows, by the command that would print it; asked for once, however often it is wanted. */
interface Reads {
  once<T>(command: string, look: () => Promise<T>): Promise<T>;
}

/** Of one moment: what was seen once is not looked at again. For looking at many things that belong together. */
export class ReadCache implements Reads {
  private readonly known = new Map<string, Promise<unknown>>();

  once<T>(command: string, look: () => Promise<T>): Promise<T> {
    const answer = (this.known.get(command) as Promise<T> | undefined) ?? look();
    this.known.set(command, answer);
    return answer;
  }
}

/** Of those who ask at the same moment: nobody gets what was seen before he asked. */
export class SharedReads implements Reads {
  private readonly asked = new Map<string, Promise<unknown>>();

  once<T>(command: string, look: () => Promise<T>): Promise<T> {
    const begun = this.asked.get(command) as Promise<T> | undefined;
    if (begun) return begun;
    const answer = setImmediate().then(() => {
      this.asked.delete(command);
      return look();
    });
    this.asked.set(command, answer);
    return answer;
  }
}
