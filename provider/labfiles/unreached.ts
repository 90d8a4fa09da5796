import { networkOf, parseCidr } from "../core/ip";
import type { Path } from "../core/values";
import type { expand } from "../lab/lab";
import type { Chosen } from "./choose";
import type { LabFile } from "./labFile";

/** Tells of addresses that stand beside the lab, where its routes are to lead to all networks. */
export function leaveUnreached(
  { beside }: Chosen,
  { networks, topology }: ReturnType<typeof expand>,
  about: About,
): void {
  const { file, nodes } = about;
  if (topology.routes.length === 0) return;
  const known = new Set(Object.values(networks).flatMap(({ subnet, subnet6 }) => [subnet, subnet6]));
  for (const { namespace, device, address } of beside.addresses ?? []) {
    const parsed = parseCidr(String(address));
    if (parsed && !known.has(networkOf(parsed.address, parsed.prefixLength)))
      file.leave([...nodes, String(namespace)], WHY, `${device} ${address}`);
  }
}

const WHY = "no route leads there from other networks: it is in no subnet that `lab` has words for";

interface About {
  file: LabFile;
  /** Where the file has its nodes. */
  nodes: Path;
}
