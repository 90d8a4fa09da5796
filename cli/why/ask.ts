import { join } from "node:path";
import type { Config } from "../../provider/core/config";
import { type ErrorParts, NetnsError } from "../../provider/errors";
import type { Finding } from "../../provider/why/question";
import { wayInto } from "../lab";
import type { Packed } from "./packed";

/** Built beside this. */
const WORKER = join(__dirname, "why.js");

/** Has what may look at the host find the answer. */
export async function ask(config: Config, asked: Packed): Promise<Finding> {
  const { execa } = await import("execa");
  const [file = "", ...args] = (await wayInto(config, ""))([process.execPath, WORKER]);
  const ran = await execa(file, args, { input: JSON.stringify(asked), reject: false, stderr: "inherit" });
  if (ran.exitCode !== 0) {
    const said = ran.exitCode === undefined ? ran.originalMessage : `${file} ended with ${ran.exitCode}`;
    throw new NetnsError({ kind: "kernel", tried: "could not look at the host", said });
  }
  const answer = JSON.parse(ran.stdout) as Finding | { failed: ErrorParts };
  if ("failed" in answer) throw new NetnsError(answer.failed);
  return answer;
}
