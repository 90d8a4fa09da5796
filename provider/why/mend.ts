import type { Kernel } from "../kernel/kernel";
import type { Step } from "../kernel/step";
import type { Drift } from "../live/compare";
import type { Resource } from "../model/resources";
import { isSame, withAt } from "./culprit";

/** The commands that take away what nothing in the stack has made, as one types them, or that set it to what is usual. */
export async function linesToRemove(kernel: Kernel, { kind, values }: Resource): Promise<string[]> {
  const { setting } = kind;
  if (!setting) return kind.remove(values, { what: "" }).map((step) => typed(kernel, step));
  const usual = await setting.usual?.(kernel, kind.where(values));
  return usual ? kind.plan(usual, values, "").map((step) => typed(kernel, step)) : [];
}

/** The commands that set a property back that the program leaves to the kernel. */
export function linesToSetBack(kernel: Kernel, resources: readonly Resource[], drift: Drift): string[] {
  const have = resources.find((one) => isSame(one, drift.resource))?.values;
  if (!have || !drift.path) return [];
  const want = withAt(have, drift.path, drift.want);
  return drift.resource.kind.plan(want, have, "").map((step) => typed(kernel, step));
}

/** As people type it: with `-n` where the program has that. */
function typed(kernel: Kernel, { netns, argv }: Pick<Step, "netns" | "argv">): string {
  const [program = "", ...words] = argv;
  if (netns === undefined || netns.startsWith("/")) return kernel.asTyped(netns, argv);
  if (["ip", "bridge", "tc"].includes(program)) return kernel.asTyped(undefined, [program, "-n", netns, ...words]);
  return kernel.asTyped(undefined, ["ip", "netns", "exec", netns, ...argv]);
}
