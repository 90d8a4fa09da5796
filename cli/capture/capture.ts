import { merge } from "./merge";
import type { Frame, PcapHeader } from "./pcap";
import { type End, type Ending, Tcpdump, type TcpdumpOptions } from "./tcpdump";

/** Where frames go: lines for people, or a file. */
export interface Sink {
  /** Waits as long as it cannot take more. */
  frame(frame: Frame, end: number): Promise<void> | void;
  /** All that went in is out. */
  end(endings: readonly EndSummary[]): Promise<void>;
}

export interface EndSummary extends Ending {
  label: string;
  frames: number;
}

export interface CaptureOptions extends TcpdumpOptions {
  ends: readonly End[];
  /** Called when all ends listen, with the head of each end's stream: no frame from then on is missed. */
  open(headers: readonly PcapHeader[]): Sink;
  /** As many frames are enough, of all ends together. */
  count?: number;
  /** Aborted: it ends as soon as what the kernel has seen by then is out. */
  signal: AbortSignal;
}

/** An end that is silent for this long is asked whether a frame is under way that is older than those of other ends. */
const PATIENCE_MS = 100;

/** Has a tcpdump listen at each end until all have ended or it is enough, and hands over their frames in the order of time. */
export async function capture({ ends, open, count = Infinity, signal, ...options }: CaptureOptions) {
  const dumps = ends.map((end) => new Tcpdump(end, options));
  const stop = () => dumps.forEach((dump) => void dump.stop());
  const stopSoon = () => void Promise.all(dumps.map((dump) => dump.caughtUp())).then(stop);
  signal.addEventListener("abort", stopSoon);
  if (signal.aborted) stop();
  try {
    const sink = open(await Promise.all(dumps.map((dump) => dump.listening())));
    const counts = ends.map(() => 0);
    let left = count;
    for await (const { item, from } of merge(
      dumps.map((dump) => ({ items: dump.frames(), caughtUp: () => dump.caughtUp() })),
      PATIENCE_MS,
    )) {
      await sink.frame(item, from);
      counts[from] = (counts[from] ?? 0) + 1;
      if (--left === 0) break;
    }
    stop();
    const endings = await Promise.all(dumps.map((dump) => dump.ended()));
    const summary = endings.map((ending, index) => ({
      ...ending,
      label: ends[index]?.label ?? "",
      frames: counts[index] ?? 0,
    }));
    await sink.end(summary);
    return summary;
  } finally {
    signal.removeEventListener("abort", stopSoon);
    stop();
  }
}
