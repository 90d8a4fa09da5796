import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

/** Goes on with what `make` makes where the kernel has the part for it; elsewhere the error must name the option. */
export async function whereBuilt<T>(
  option: string,
  make: () => Promise<T>,
  rest: (made: T) => Promise<unknown>,
): Promise<void> {
  const made = await make().catch((error: Error) => {
    assert.match(error.message, new RegExp(`\\n  This kernel has no .*: it needs ${option}\\b`));
    return undefined;
  });
  if (made !== undefined) await rest(made);
}

/** Whether the kernel here makes such, in a network namespace that is gone at once. */
function makes(words: string): boolean {
  const script = `ip link add name v0 type veth peer name v1 && ip link add name it ${words}`;
  return spawnSync("unshare", ["--net", "sh", "-c", script]).status === 0;
}

export const hasVlanFiltering = makes("type bridge vlan_filtering 1");
export const hasDummy = makes("type dummy");
export const hasVlan = makes("link v0 type vlan id 5");
export const hasMacvlan = makes("link v0 type macvlan");
export const hasVxlan = makes("type vxlan id 5 dstport 4789");
