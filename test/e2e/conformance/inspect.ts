import type { Json } from "../../../provider/core/values";
import { getAt } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { token } from "../../../provider/resources/kind";
import type { Step } from "../../support/engine/events";
import type { Outcome, Stack } from "../../support/engine/pulumi";
import type { LabHost } from "../../support/labHost/labHost";
import { changesOf } from "../../support/suites/exampleSuite";
import type { Copy } from "./specimens/specimen";

/** A resource of the provider as the state has it. */
export interface Stored {
  urn: string;
  type: string;
  id: string;
  inputs: Json;
  outputs: Json;
}

/** The provider's resources in the state, by name, without what the engine keeps of times and of the program's lines. */
export async function storedIn(stack: Stack): Promise<Map<string, Stored>> {
  const all = (await stack.resources()) as unknown as Stored[];
  const ours = all.filter(({ type }) => type.startsWith("netns:"));
  return new Map(
    ours.map(({ urn, type, id, inputs, outputs }) => [
      urn.split("::").at(-1) ?? "",
      { urn, type, id, inputs, outputs },
    ]),
  );
}

/** What tells each thing from another of its name. */
export async function identitiesOf(stack: Stack): Promise<Record<string, unknown>> {
  const all = [...(await storedIn(stack))].map(([name, { id, type, outputs }]) => {
    const kind = kinds.find((one) => token(one) === type);
    return [name, [id, ...(kind?.identity ?? []).map((path) => getAt(outputs, path))]];
  });
  return Object.fromEntries(all);
}

/** What was done to which resource, in order of their names, but for the stack's own and the default provider. */
export function changesIn(outcome: Outcome): string[] {
  return changesOf(outcome)
    .filter((change) => !/ (Stack|netns) /.test(change))
    .sort();
}

/** The paths that an operation gives for what it does to a copy, or those that a refresh found: as its rows have them. */
export function diffOf(steps: readonly Step[], { resource, specimen }: Copy): string[] | undefined {
  const paths = steps.find((step) => step.resource === resource && step.diff.length > 0)?.diff;
  const rows = { ...specimen.edits, ...specimen.replacements };
  return paths && [...new Set(paths.map((path) => (path in rows ? path : path.replace(/\[\d.*/, ""))))];
}

/** Somebody's shell commands in the namespace of a copy. */
export function byHand(host: LabHost, { at }: Copy, shell: string): Promise<string> {
  return host.run(["nsenter", `--net=/run/netns/${at}`, "--", "env", `AT=${at}`, "sh", "-ec", shell]);
}
