import { text } from "node:stream/consumers";
import { asNetnsError, type ErrorParts, NetnsError } from "../provider/errors";
import type { Way } from "./way";

type Reply = { answer: unknown } | { failed: ErrorParts };

/** Has a half of the command, built beside it, answer a question: as root, where this process is not. */
export async function askHalf<Answer>(way: Way, name: string, asked: unknown, tried: string): Promise<Answer> {
  const { execa } = await import("execa");
  const [file = "", ...args] = way.half(name);
  const ran = await execa(file, args, { input: JSON.stringify(asked), reject: false, maxBuffer: 1e9 });
  if (ran.exitCode !== 0) {
    const said = ran.stderr?.trim() || ran.originalMessage || "";
    throw way.failure(`${tried} as root`, said) ?? new NetnsError({ kind: "kernel", tried, said });
  }
  const reply = JSON.parse(ran.stdout) as Reply;
  if ("failed" in reply) throw new NetnsError(reply.failed);
  return reply.answer as Answer;
}

/** What that half is: it reads the question from stdin, and writes the answer, or its error, to stdout. */
export async function answerAsHalf<Asked>(work: (asked: Asked) => Promise<unknown>): Promise<void> {
  const reply = await text(process.stdin)
    .then((asked) => work(JSON.parse(asked) as Asked))
    .then(
      (answer): Reply => ({ answer }),
      (error: unknown): Reply => ({ failed: asNetnsError(error).parts }),
    );
  // What still runs, such as the process of nftables, ends with this one.
  process.stdout.end(JSON.stringify(reply), () => process.exit());
}
