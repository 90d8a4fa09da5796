import type { Json } from "../core/values";
import { whoHas } from "../kernel/device";
import type { Kernel } from "../kernel/kernel";
import { type Named, type Seen, token } from "../resources/kind";
import { needFirstNames } from "./firstNames";
import * as refusal from "./refusal";
import type { Resource } from "./resource";
import { isSame, MARK, type State } from "./state";

/** Refuses a replacement, before the old thing goes, where something else has its place or the name of a device of it. */
export async function needFree(
  { kind, urn, kernel }: Resource,
  next: Json,
  state: State,
  givesWay: (mark: string | undefined) => Promise<boolean>,
): Promise<void> {
  const id: string = kind.id(next);
  if (kind.setting) return;
  const isOld = ({ name, at }: Omit<Named, "path">) =>
    (kind.devices?.(state) ?? []).some((old) => old.name === name && old.at.namespace === at.namespace);
  await needFirstNames(kernel, `${token(kind)} ${id}`, { kind, values: next }, isOld);
  for (const { name = "", at } of (kind.devices?.(next) ?? []).filter((device) => !isOld(device))) {
    const taken = await whoHas(kernel, at.namespace, name);
    if (taken && taken.mark !== state[MARK] && !(await givesWay(taken.mark)))
      throw refusal.exists(kind, urn, id, taken);
  }
  if (id === kind.id(state)) return;
  const seen: Seen<Json> | undefined = await kind.observe(kernel, kind.where(next));
  const taken = seen && !isSame(kind, state, seen) ? await withOwner(kernel, seen) : undefined;
  if (taken && !(await givesWay(taken.mark))) throw refusal.exists(kind, urn, id, taken);
}

/** What is seen in a place; a device of another type bears the mark of its owner, too. */
export async function withOwner(kernel: Kernel, seen: Seen<Json>): Promise<Seen<Json>> {
  const { device } = seen;
  return { ...(device && (await whoHas(kernel, device.namespace, device.name))), ...seen };
}
