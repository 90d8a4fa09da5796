/** Work with the same key goes one after the other. */
export class Queues {
  private readonly last = new Map<string, Promise<unknown>>();

  /** Without a key it goes at once. */
  run<T>(key: string | undefined, work: () => Promise<T>): Promise<T> {
    if (key === undefined) return work();
    const done = (this.last.get(key) ?? Promise.resolve()).then(work);
    const over = done.catch(() => {}).finally(() => this.last.get(key) === over && this.last.delete(key));
    this.last.set(key, over);
    return done;
  }

  get size(): number {
    return this.last.size;
  }
}
