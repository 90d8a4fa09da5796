import { parseCidr } from "../../core/ip";
import type { Draft } from "../draft";
import type { LabFile } from "../labFile";
import type { LinkEnd } from "./linkEnds";

/** Its MAC address and addresses, where it is a host's. */
export function dress(file: LabFile, draft: Draft, { node, device: name, mac, addresses }: LinkEnd): void {
  const device = draft.hosts.get(node)?.devices.get(name);
  const why = "a switch's port has none in the program";
  if (mac !== undefined) {
    if (!device) file.leave(mac.path, why);
    else (device.type === "cable" ? device.settings : device.inputs).mac = mac.value.toLowerCase();
  }
  for (const { path, value } of addresses) {
    const parsed = parseCidr(value);
    if (!parsed) file.leave(path, "it is no address with a prefix length", value);
    else if (!device) file.leave(path, why, value);
    else device.addresses.push({ address: `${parsed.address}/${parsed.prefixLength}` });
  }
}
