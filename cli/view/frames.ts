import { version } from "../../provider/version";
import { capture } from "../capture/capture";
import { linesSink } from "../capture/lines";
import type { Frame, PcapHeader } from "../capture/pcap";
import { enhancedPacket, interfaceDescription, sectionHeader } from "../capture/pcapng";
import type { End } from "../capture/tcpdump";
import type { Events } from "./events";

/** So many of the last are kept to be saved. */
const MOST_KEPT = 10_000;
const SNAP_LENGTH = 262_144;

interface Session {
  ends: readonly End[];
  headers: readonly PcapHeader[];
  filter: string;
  kept: { frame: Frame; end: number }[];
}

/** The captures that pages have asked for. Each goes on until its page lets go of it, and is kept until the next. */
export class Captures {
  private readonly sessions = new Map<string, Session>();

  /** Tells a page of the frames at some ends; `name` is the page's own for it. */
  async tell(events: Events, name: string, { ends, filter }: Pick<Session, "ends" | "filter">): Promise<void> {
    const enough = new AbortController();
    events.onClose(() => enough.abort());
    try {
      await capture({
        ...{ ends, filter, snapLength: SNAP_LENGTH, isLive: true, signal: enough.signal },
        open: (headers) => this.open(events, name, { ends, headers, filter, kept: [] }),
      });
      events.send("over", "all of its devices are gone");
    } catch (error) {
      events.send("over", (error as Error).message);
    }
  }

  /** What was seen, as a pcapng file. */
  file(name: string): Buffer | undefined {
    const session = this.sessions.get(name);
    if (!session) return undefined;
    const { ends, headers, filter, kept } = session;
    return Buffer.concat([
      sectionHeader(`netns ${version}`),
      ...headers.map((header, index) => interfaceDescription(ends[index]?.label ?? "", header, filter)),
      ...kept.map(({ frame, end }) => enhancedPacket(end, frame)),
    ]);
  }

  private open(events: Events, name: string, session: Session) {
    // A page has one table of frames.
    this.sessions.set(name, session);
    for (const old of [...this.sessions.keys()].slice(0, -MOST_SESSIONS)) this.sessions.delete(old);
    const { ends, headers, kept } = session;
    events.send(
      "listening",
      ends.map(({ label }) => label),
    );
    return linesSink({
      ...{ headers, withLinkLevel: false },
      line(frame, end, text) {
        kept.push({ frame, end });
        if (kept.length > MOST_KEPT) kept.splice(0, kept.length - MOST_KEPT);
        return JSON.stringify({ time: String(frame.time), end: ends[end]?.label ?? "", length: frame.length, text });
      },
      write: (line) => events.send("frame", JSON.parse(line)),
    });
  }
}

const MOST_SESSIONS = 4;
