import type { Json } from "../../provider/core/values";
import { definitions } from "../../provider/definitions";
import { PartialError } from "../../provider/errors";
import { localHost } from "../../provider/host/local";
import { Plugin } from "../../provider/server/plugin";
import { Failing } from "./failing";
import { type Recorded, Rpcs } from "./rpcs";

export type Method =
  | "begin"
  | "end"
  | "check"
  | "diffOnHost"
  | "read"
  | "create"
  | "update"
  | "delete"
  | "failAt"
  | "came";
type Asked = { id: number; method: Method; args: unknown[] };
export type Answered = { id: number; value?: unknown } & Partial<Failed>;
/** What went wrong; `left`: the thing exists, and the engine is to store this of it. */
type Failed = { error: string; left?: Omit<Recorded, "inputs"> };

/**
 * The program that `LabProvider` runs inside a lab host: the provider with the host's own commands and files, spoken to
 * over Node's channel. `begin` and `end` bracket one operation of an engine, which has a plugin of its own.
 */
let rpcs: Rpcs;
const failing = new Failing();

process.on("message", async ({ id, method, args }: Asked) => {
  const answer = (rest: Omit<Answered, "id">) => process.send?.({ id, ...rest });
  try {
    answer({ value: await answerTo(method, args) });
  } catch (error) {
    answer(failureOf(error));
  }
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

async function answerTo(method: Method, args: unknown[]): Promise<unknown> {
  if (method === "begin") {
    rpcs = new Rpcs(new Plugin(definitions, "provider", (config) => failing.on(localHost(config))));
    return undefined;
  }
  if (method === "end") {
    rpcs.plugin.cancel();
    return rpcs.plugin.end();
  }
  if (method === "failAt") return failing.failAt(args[0] as number | undefined);
  if (method === "came") return failing.came;
  const answer = await (rpcs[method] as (...args: unknown[]) => unknown)(...args);
  // The answer of Diff has the engine's own form as well, which cannot be sent.
  return method === "diffOnHost" ? { ...(answer as object), response: undefined } : answer;
}

function failureOf(error: unknown): Failed {
  if (!(error instanceof PartialError)) return { error: error instanceof Error ? error.message : String(error) };
  return { error: error.reasons.join("\n"), left: { id: error.id, state: error.state as Json } };
}
