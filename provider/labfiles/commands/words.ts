import type { Device, HostDraft } from "../host";

/** A command that we have no counterpart for, or a part of it; the message says why. */
export class NoCounterpart extends Error {}

/** The words of a command, one after the other. */
export class Words {
  private at = 0;
  constructor(private readonly all: readonly string[]) {}

  get isDone(): boolean {
    return this.at >= this.all.length;
  }

  peek(): string | undefined {
    return this.all[this.at];
  }

  next(): string {
    const word = this.all[this.at];
    if (word === undefined) throw new NoCounterpart("it ends too early");
    this.at += 1;
    return word;
  }

  /** Takes the next word if it is one of these. */
  take(...words: string[]): boolean {
    const found = words.includes(this.all[this.at] ?? "");
    if (found) this.at += 1;
    return found;
  }

  number(): number {
    const word = this.next();
    const number = Number(word);
    if (!Number.isInteger(number)) throw new NoCounterpart(`\`${word}\` is no number`);
    return number;
  }

  rest(): string[] {
    const rest = this.all.slice(this.at);
    this.at = this.all.length;
    return rest;
  }
}

/** Which of these a word stands for, by its beginning: the first in the list, as the tools of iproute2 do it. */
export function abbreviated<T extends string>(word: string, full: readonly T[]): T | undefined {
  return full.find((one) => one === word) ?? full.find((one) => word !== "" && one.startsWith(word));
}

export function unknownWord(word: string): NoCounterpart {
  return new NoCounterpart(`no property stands for \`${word}\``);
}

/** A device of the host that the program makes. */
export function deviceOf(host: HostDraft, name: string): Device {
  const device = host.devices.get(name);
  if (!device) throw new NoCounterpart(`nothing in the file gives ${host.name} a device ${name}`);
  if (device.type === "none") throw new NoCounterpart(device.why ?? `no kind makes ${name}`);
  return device;
}
