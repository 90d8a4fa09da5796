import { once } from "node:events";
import { exitCodes } from "../exitCodes";
import type { StackPlace } from "../stack";
import { openOut } from "../writeOut";
import { capture, type EndSummary, type Sink } from "./capture";
import { findEnds } from "./ends";
import { jsonLine, textLine } from "./line";
import { linesSink } from "./lines";
import type { PcapHeader } from "./pcap";
import { pcapngSink } from "./pcapngSink";
import type { End } from "./tcpdump";

export interface ListenOptions {
  write?: string;
  json?: true;
  linkLevel?: true;
  count?: number;
  duration?: number;
  snapshotLength: number;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The work of the verb `capture`: until it is enough, or somebody ends it. */
export async function listen(words: readonly string[], options: ListenOptions, at: StackPlace): Promise<number> {
  const { ends, filter } = await findEnds(words, at);
  const enough = new AbortController();
  const end = () => enough.abort();
  for (const signal of SIGNALS) process.once(signal, end);
  let timer: NodeJS.Timeout | undefined;
  try {
    const { count, snapshotLength, duration, write = "-" } = options;
    const summary = await capture({
      ...{ ends, filter, snapLength: snapshotLength, signal: enough.signal, ...(count !== undefined && { count }) },
      // Nobody looks on while a file is written.
      isLive: write === "-",
      open(headers) {
        const sink = sinkFor(options, { ends, headers, filter });
        if (duration !== undefined) timer = setTimeout(end, duration * 1000);
        say(`listening on ${ends.map(({ label }) => label).join(", ")}`);
        return sink;
      },
    });
    return tell(summary);
  } finally {
    clearTimeout(timer);
    for (const signal of SIGNALS) process.removeListener(signal, end);
  }
}

interface Streams {
  ends: readonly End[];
  headers: readonly PcapHeader[];
  filter: string;
}

function sinkFor({ write, json, linkLevel }: ListenOptions, { ends, headers, filter }: Streams): Sink {
  if (write !== undefined)
    return pcapngSink(write === "-" ? process.stdout : openOut(write), {
      labels: ends.map(({ label }) => label),
      headers,
      filter,
    });
  const line = json ? jsonLine(ends) : textLine(ends);
  return linesSink({ headers, withLinkLevel: linkLevel === true, line, write: toStdout });
}

async function toStdout(line: string): Promise<void> {
  if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
}

/** What has been seen, in the words of tcpdump. */
function tell(summary: readonly EndSummary[]): number {
  say(`${summary.reduce((sum, { frames }) => sum + frames, 0)} frames captured`);
  for (const { label, frames, received, dropped, problem } of summary) {
    say(`${label}: ${frames} captured, ${received} received by filter, ${dropped} dropped by kernel`);
    if (problem !== undefined) say(`${label}: ${problem}`);
  }
  return summary.some(({ problem }) => problem !== undefined) ? exitCodes.failed : 0;
}

/** On stderr, for on stdout there is nothing but frames. */
function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
