import { FALL_BACKS } from "../core/tunnels";
import type { Json } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import { isUp } from "../kernel/link";
import type { Device } from "../kernel/linkRow";
import { isMark } from "../kernel/mark";
import { uncoveredObjects } from "../kernel/uncoveredObjects";
import type { Kind } from "../resources/kind";
import { deviceKey, type Namespaces, type Thing, type Uncovered } from "./thing";

/** Those of Open vSwitch itself. */
const BY_OVS = ["ovs-system", "ovs-netdev"];
/** What of is told by kinds. */
const MASTERS = ["bridge", "openvswitch", "vrf", "bond"];

/** What is in the namespaces besides these things, as far as one can look. */
export async function uncoveredIn(
  kernel: Kernel,
  kinds: readonly Kind[],
  namespaces: Namespaces,
  things: readonly Thing[],
): Promise<Uncovered[]> {
  const made = new Set(
    things.flatMap(({ kind, seen }) => (kind.devices?.(seen.state as Json & object) ?? []).map(deviceKey)),
  );
  const found = namespaces.map(async (namespace) => {
    const words = await Promise.all([
      devices(kernel, namespace, made),
      ...kinds.map((kind) => kind.uncovered?.(kernel, namespace) ?? []),
      uncoveredObjects(kernel, namespace),
    ]);
    return words.flat().map((what): Uncovered => ({ namespace, what }));
  });
  return (await Promise.all(found)).flat();
}

async function devices(kernel: Kernel, namespace: string | undefined, made: ReadonlySet<string>): Promise<string[]> {
  const all = (await kernel.devices(namespace)) ?? [];
  return all.flatMap((device) => {
    const { ifname: name } = device;
    const isMade = name === "lo" || made.has(deviceKey({ name, at: { namespace } }));
    if (isMade) return besides(device);
    // Somebody uses a fall-back device where it is up.
    const isFound = BY_OVS.includes(name) || (FALL_BACKS.includes(name) && !isUp(device));
    return isFound ? [] : [`the device ${name}${sortOf(device)}`];
  });
}

function sortOf({ linkinfo }: Device): string {
  return linkinfo?.info_kind === undefined ? ", which the machine has" : ` of type ${linkinfo.info_kind}`;
}

/** What a device has that is no property of any kind. */
function besides({ ifname, ifalias, altnames, group, linkinfo, master }: Device): string[] {
  const words = [
    ...(ifalias !== undefined && !isMark(ifalias) ? ["the alias"] : []),
    ...(altnames ? ["the other names"] : []),
    ...(group !== undefined && group !== "0" ? ["the group"] : []),
  ];
  const slave = linkinfo?.info_slave_kind;
  return [
    ...words.map((word) => `${word} of the device ${ifname}`),
    ...(master !== undefined && slave !== undefined && !MASTERS.includes(slave)
      ? [`that the device ${ifname} is in ${master} of type ${slave}`]
      : []),
  ];
}
