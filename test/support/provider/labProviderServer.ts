import type { Json } from "../../../provider/core/values";
import { definitions } from "../../../provider/definitions";
import { PartialError } from "../../../provider/errors";
import { localHost } from "../../../provider/host/local";
import { takeInventory } from "../../../provider/inventory/inventory";
import { inWords } from "../../../provider/inventory/thing";
import { Kernel } from "../../../provider/kernel/kernel";
import { SharedReads } from "../../../provider/kernel/readCache";
import { type Probe, probe } from "../../../provider/probe/probe";
import { kinds } from "../../../provider/resources";
import { Engine } from "../../../provider/server/engine";
import { Plugin } from "../../../provider/server/plugin";
import { FailingNetlink } from "../faults/failingNetlink";
import { serveMethods } from "../labHost/serveMethods";
import { type Recorded, Rpcs } from "./rpcs";

/** What is there, in a form that can be sent. */
export interface Listed {
  things: { type: string; id: string; inputs: Json; state: Json }[];
  uncovered: string[];
}

/** What the engine is to store of a thing that exists after its RPC has failed. */
export interface HalfDone {
  left: Omit<Recorded, "inputs">;
}

/**
 * The program that `LabProvider` runs inside a lab host: the provider with the host's own kernel, programs and files.
 * `begin` and `end` bracket one operation of an engine, which has a plugin of its own.
 */
let rpcs: Rpcs;
let said: string[] = [];
const failing = new FailingNetlink();

/** Each of the RPCs, as `Rpcs` has it. */
const rpc =
  (name: "check" | "read" | "create" | "update" | "delete") =>
  (...args: never[]) =>
    (rpcs[name] as (...args: never[]) => unknown)(...args);

serveMethods(
  {
    begin() {
      said = [];
      const engine = new Engine();
      engine.log = (severity, message) => {
        if (severity !== "debug") said.push(`${severity}: ${message}`);
      };
      rpcs = new Rpcs(new Plugin(definitions, "provider", failing.on(localHost), failing, engine));
    },
    async end() {
      rpcs.plugin.cancel();
      await rpcs.plugin.end();
      return said;
    },
    failAt: (step: number | undefined) => failing.failAt(step),
    came: () => failing.steps,
    probe: (probes: Probe[], timeoutMs: number) => probe(failing, probes, { timeoutMs }),
    async inventory(namespaces: (string | undefined)[]): Promise<Listed> {
      const { signal } = new AbortController();
      const kernel = new Kernel({
        host: localHost,
        netlink: failing,
        sharedReads: new SharedReads(),
        signal,
        debug() {},
      });
      const { things, uncovered } = await takeInventory(kernel, kinds, namespaces);
      return {
        things: things.map(({ kind, id, inputs, seen }) => ({ type: kind.type, id, inputs, state: seen.state })),
        uncovered: uncovered.map(inWords),
      };
    },
    ...Object.fromEntries((["check", "read", "create", "update", "delete"] as const).map((name) => [name, rpc(name)])),
    async diffOnHost(...args: Parameters<Rpcs["diffOnHost"]>) {
      // The answer has the engine's own form as well, which cannot be sent.
      return { ...(await rpcs.diffOnHost(...args)), response: undefined };
    },
  },
  (error) => {
    if (!(error instanceof PartialError)) return {};
    const left: HalfDone["left"] = { id: error.id, state: error.state as Json };
    return { message: error.reasons.join("\n"), left };
  },
);
