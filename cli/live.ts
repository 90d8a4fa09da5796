import { NetnsError } from "../provider/errors";
import { needLinux } from "../provider/host/linux";
import { localHost } from "../provider/host/local";
import { takeInventory } from "../provider/inventory/inventory";
import type { Inventory, Namespaces } from "../provider/inventory/thing";
import { Kernel } from "../provider/kernel/kernel";
import { listNetns } from "../provider/kernel/netns";
import { SharedReads } from "../provider/kernel/readCache";
import { Netlink } from "../provider/netlink/netlink";
import { kinds } from "../provider/resources";

/** The kernel of this machine, as the provider sees it. */
export function liveKernel(netlink = new Netlink()): Kernel {
  needLinux();
  const { signal } = new AbortController();
  return new Kernel({ host: localHost, netlink, sharedReads: new SharedReads(), signal, debug() {} });
}

/** All that is in these namespaces now, whoever made it. */
export function inventoryOf(kernel: Kernel, namespaces: Namespaces): Promise<Inventory> {
  return takeInventory(kernel, kinds, namespaces);
}

/** The namespaces of these names, which must be there; all that have names where none is given. */
export async function namespacesNamed(kernel: Kernel, names: readonly string[]): Promise<string[]> {
  const all = await listNetns(kernel);
  const missing = names.filter((name) => !all.includes(name));
  if (missing.length === 0) return names.length === 0 ? all : [...new Set(names)];
  throw new NetnsError({
    kind: "user",
    tried: "could not look at the host",
    said: `there is no namespace ${missing.map((name) => name || '""').join(", ")}`,
    todo: "`ip netns` lists the namespaces.",
  });
}
