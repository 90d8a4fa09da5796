import type { Link } from "./linkForms";
import { addressesOf, type Context, conditionOf, type End, mtuOf, prefixesOf, switchName } from "./linkParts";

/** A link without VLANs as a cable, or with other than two ends as a switch. */
export function addPlain(
  link: Link,
  number: number,
  there: readonly End[],
  context: Context & { pool: unknown },
): void {
  const { draft, pool } = context;
  const subnets = prefixesOf(pool === undefined ? link : { ...link, said: { pool, ...link.said } }, context);
  const all = link.ends.map((end, index) => {
    const of = context.nodes.get(end.node);
    return of ? addressesOf(link, index, of, subnets, context) : [];
  });
  const hosts = there.filter(({ node }) => draft.hosts.has(node));
  const isAlone = link.ends.length === 1;
  // A router's stub is a switch, so that it is a network that the others have a route to.
  const isStub = isAlone && (hosts[0]?.of.role !== "router" || all[0]?.length === 0);
  const isJoined = there.length > 1 || (isAlone && hosts.length === 1);
  for (const { node, device, index } of hosts) {
    const made = draft.hosts.get(node)?.add(device, isStub ? "dummy" : isJoined ? "cable" : "none");
    if (made && made.type === "none") made.why = "its link is not in the program";
    else for (const address of all[index] ?? []) made?.addresses.push({ address });
  }
  if (isJoined && !isStub) join(link, number, context, there);
}

function join(link: Link, number: number, context: Context, ends: readonly End[]): void {
  const { said, path } = link;
  const { file, draft } = context;
  const { unlike, ...of } = mtuOf(link, ends, context);
  const netem = conditionOf(said.tc, file, path);
  const [a, b] = ends;
  if (ends.length === 2 && a && b && a.node !== b.node) {
    const end = ({ node, device }: End) => ({ node, device: draft.hosts.has(node) ? device : "" });
    draft.cables.push({ ends: [end(a), end(b)], ...of, ...netem });
  } else {
    const name = switchName(draft, said, number);
    draft.switches.set(name, of);
    for (const { node, device } of ends) {
      draft.cables.push({
        ends: [
          { node, device },
          { node: name, device: "" },
        ],
      });
      if (netem.link) draft.hosts.get(node)?.qdiscs.push({ device, kind: "netem", netem: netem.link });
    }
  }
  for (const { node, device, mtu } of unlike) {
    const made = draft.hosts.get(node)?.devices.get(device);
    if (made && mtu !== undefined) made.settings.mtu = mtu;
  }
}
