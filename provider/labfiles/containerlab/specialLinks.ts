import type { Json, Path } from "../../core/values";
import type { Draft } from "../draft";
import type { LabFile } from "../labFile";
import { dress } from "./dress";
import type { LinkEnd } from "./linkEnds";

/** Links with one end alone in the lab: to the machine, to its management network, to nothing. */

interface Link {
  link: Json;
  type: string;
  ends: LinkEnd[];
  path: Path;
}

/** Names that stand for no node in the brief form. */
const RESERVED = new Set(["host", "macvlan", "mgmt-net"]);

/** Whether it was one. */
export function specialLink(file: LabFile, draft: Draft, { link, type: given, ends, path }: Link): boolean {
  const reserved = ends.find(({ node }) => RESERVED.has(node.toLowerCase()));
  const type = given === "veth" && reserved ? reserved.node.toLowerCase() : given;
  if (!["host", "macvlan", "mgmt-net", "dummy", "vxlan"].includes(type)) return false;
  const end = ends.find((one) => one !== reserved);
  const other = reserved?.device ?? String(link["host-interface"] ?? "");
  const host = end && draft.hosts.get(end.node);
  if (!end || !host) {
    file.leave(path, `its end ${end?.node ?? ""} is no host of the program`);
    return true;
  }
  const mtu = typeof link.mtu === "number" ? { mtu: link.mtu } : {};
  if (type === "dummy") host.add(end.device, "dummy", mtu);
  else if (type === "vxlan") {
    const port = link["dst-port"];
    if (link["src-port"] !== undefined) file.leave([...path, "src-port"], "a Vxlan has no property for it");
    host.add(end.device, "vxlan", {
      ...mtu,
      ...{ vni: Number(link.vni), remote: String(link.remote), underlay: "." },
      ...(port !== undefined && { port: Number(port) }),
    });
  } else if (type === "host") {
    host.add(end.device, "cable");
    const pair = { a: { namespace: end.node, name: end.device, ...mtu }, b: { name: other, ...mtu } };
    draft.beside.vethPairs = [...(draft.beside.vethPairs ?? []), pair];
  } else {
    const why =
      type === "macvlan"
        ? `it is on the machine's device ${other}, and a Macvlan is in the namespace of its parent`
        : "there is no management network in the program";
    host.addNone(end.device, why);
    file.leave(path, why);
    return true;
  }
  dress(file, draft, end);
  return true;
}
