/** As many may wait of one end; then tcpdump has to, and counts what is lost. */
const MOST_WAITING = 10_000;

export interface Source<T> {
  /**
   * In the order of time, but for a few that are late: the kernel stamps a frame that comes in before it shows it to who
   * listens, and one that goes out meanwhile is shown first.
   */
  items: AsyncIterable<T>;
  /** Resolves when all that it had seen at the call has come out of it. */
  caughtUp(): Promise<void>;
}

/**
 * What comes from several sources as one in the order of time. An item goes out as soon as every
 * other source has shown a later one or is over. A source that is silent for a while is asked whether anything is under way.
 */
export async function* merge<T extends { time: bigint }>(
  sources: readonly Source<T>[],
  patienceMs: number,
): AsyncGenerator<{ item: T; from: number }> {
  let wake = () => {};
  const queues = sources.map((source) => new Queue(source, () => wake()));
  try {
    while (true) {
      for (const { failure } of queues) if (failure) throw failure;
      const from = oldest(queues);
      const queue = queues[from];
      if (!queue && queues.every(({ isOver }) => isOver)) return;
      const since = queue?.waiting[0]?.since ?? 0;
      const silent = queue?.isFull ? [] : queues.filter((one) => one.mayHaveSeenMore(since));
      if (queue && silent.length === 0) {
        yield { item: queue.take(), from };
        continue;
      }
      const left = since + patienceMs - Date.now();
      if (queue && left <= 0) silent.forEach((one) => void one.ask());
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (queue && left > 0) timer = setTimeout(resolve, left);
      });
      clearTimeout(timer);
    }
  } finally {
    queues.forEach((queue) => void queue.leave());
  }
}

/** What has come out of a source, and is not taken yet. */
class Queue<T extends { time: bigint }> {
  readonly waiting: { item: T; since: number }[] = [];
  isOver = false;
  failure: Error | undefined;
  /** All that it had seen at this time has come. */
  private caughtUpWith = 0;
  private isAsked = false;
  private isLeft = false;
  private goOn = () => {};

  constructor(
    private readonly source: Source<T>,
    private readonly news: () => void,
  ) {
    void this.read();
  }

  get isFull(): boolean {
    return this.waiting.length >= MOST_WAITING;
  }

  private async read(): Promise<void> {
    try {
      for await (const item of this.source.items) {
        // Who has seen enough still lets the sources come to their ends.
        if (this.isLeft) continue;
        const place = this.waiting.findLastIndex((one) => one.item.time <= item.time) + 1;
        this.waiting.splice(place, 0, { item, since: Date.now() });
        this.news();
        if (this.isFull) await new Promise<void>((resolve) => (this.goOn = resolve));
      }
    } catch (error) {
      this.failure = error as Error;
    }
    this.isOver = true;
    this.news();
  }

  /** Whether something may still come that the source saw before this time. */
  mayHaveSeenMore(time: number): boolean {
    return this.waiting.length === 0 && !this.isOver && this.caughtUpWith <= time;
  }

  async ask(): Promise<void> {
    if (this.isAsked) return;
    const now = Date.now();
    this.isAsked = true;
    await this.source.caughtUp();
    this.isAsked = false;
    this.caughtUpWith = now;
    this.news();
  }

  take(): T {
    const { item } = this.waiting.shift() as { item: T };
    if (!this.isFull) this.goOn();
    return item;
  }

  leave(): void {
    this.isLeft = true;
    this.goOn();
  }
}

function oldest<T extends { time: bigint }>(queues: readonly Queue<T>[]): number {
  let found = -1;
  let time: bigint | undefined;
  queues.forEach(({ waiting: [first] }, index) => {
    if (!first || (time !== undefined && first.item.time >= time)) return;
    time = first.item.time;
    found = index;
  });
  return found;
}
