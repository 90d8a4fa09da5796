/** As many may wait of one end; then tcpdump has to, and counts what is lost. */
const MOST_WAITING = 10_000;

interface Queue<T> {
  waiting: { item: T; since: number }[];
  isOver: boolean;
  goOn: (() => void) | undefined;
}

/**
 * What comes from several sources, each in the order of time, as one in the order of time. An item goes out as soon as every
 * other source has shown a later one or is over, and at the latest after a short while: silence of one end holds up nobody.
 */
export async function* merge<T extends { time: bigint }>(
  sources: readonly AsyncIterable<T>[],
  windowMs: number,
): AsyncGenerator<{ item: T; from: number }> {
  let failure: Error | undefined;
  let isLeft = false;
  let wake = () => {};
  const queues = sources.map((): Queue<T> => ({ waiting: [], isOver: false, goOn: undefined }));
  const pump = async (source: AsyncIterable<T>, queue: Queue<T>) => {
    for await (const item of source) {
      // Who has seen enough still lets the sources come to their ends.
      if (isLeft) continue;
      queue.waiting.push({ item, since: Date.now() });
      wake();
      if (queue.waiting.length >= MOST_WAITING) await new Promise<void>((resolve) => (queue.goOn = resolve));
    }
  };
  sources.forEach((source, index) => {
    const queue = queues[index] as Queue<T>;
    pump(source, queue)
      .catch((error: Error) => (failure = error))
      .finally(() => {
        queue.isOver = true;
        wake();
      });
  });
  try {
    while (true) {
      if (failure) throw failure;
      const from = oldest(queues);
      const queue = queues[from];
      const [first] = queue?.waiting ?? [];
      if (!queue || !first) {
        if (queues.every(({ isOver }) => isOver)) return;
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const left = first.since + windowMs - Date.now();
      const isFull = queue.waiting.length >= MOST_WAITING;
      if (left > 0 && !isFull && queues.some(({ waiting, isOver }) => waiting.length === 0 && !isOver)) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        continue;
      }
      queue.waiting.shift();
      if (queue.waiting.length < MOST_WAITING) queue.goOn?.();
      yield { item: first.item, from };
    }
  } finally {
    isLeft = true;
    for (const queue of queues) queue.goOn?.();
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
