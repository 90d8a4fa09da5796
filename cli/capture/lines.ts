import type { Sink } from "./capture";
import { Decoder } from "./decoder";
import type { Frame, PcapHeader } from "./pcap";

export interface LinesOptions {
  headers: readonly PcapHeader[];
  withLinkLevel: boolean;
  /** Makes a line of a frame and of what tcpdump says of it. */
  line(frame: Frame, end: number, text: string): string;
  /** Waits as long as who reads cannot take more. */
  write(line: string): Promise<void> | void;
}

/** As many may be at tcpdump to be decoded: more would take memory only. */
const MOST_UNDER_WAY = 1000;

/** A line a frame, in their order. */
export function linesSink({ headers, withLinkLevel, line, write }: LinesOptions): Sink {
  // A stream is of one link type: one decoder each.
  const decoders = new Map<number, Decoder>();
  for (const header of headers) {
    if (!decoders.has(header.linkType)) decoders.set(header.linkType, new Decoder(header, { withLinkLevel }));
  }
  let last = Promise.resolve();
  let underWay = 0;
  return {
    async frame(frame, end) {
      const decoder = decoders.get(headers[end]?.linkType ?? 0) as Decoder;
      const before = last;
      underWay++;
      last = decoder.text(frame).then(async (text) => {
        await before;
        await write(line(frame, end, text));
        underWay--;
      });
      // Whoever waits for the last one hears of it.
      last.catch(() => {});
      if (underWay >= MOST_UNDER_WAY) await last;
    },
    async end() {
      try {
        await last;
      } finally {
        for (const decoder of decoders.values()) decoder.end();
      }
    },
  };
}
