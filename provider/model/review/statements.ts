import { type Device, deviceLabel, type Graph, type Host, isKnown } from "../graph";
import { addressText, linkText, portTexts, qdiscText, routeText, ruleText, shown } from "../words";

/** A thing that is so in a host. Where two labs have one of the same key with different texts, it has changed. */
export interface Statement {
  key: string;
  text: string;
  /** Of a long text what is in it. */
  inner?: string;
}

/** All that there is to say of a host, in the words of the network, Markdown in it. */
export function statementsOf(graph: Graph, host: Host): Statement[] {
  return [
    ...[...host.devices.values()].flatMap((device) => deviceStatements(graph, device)),
    ...host.routes.map((route) => {
      const text = routeText(route);
      const { destination, table, metric } = route;
      return { key: `route ${shown(destination)} ${shown(table)} ${shown(metric)}`, text: `route ${code(text)}` };
    }),
    ...host.rules.map((rule) => ({ key: `rule ${ruleText(rule)}`, text: `rule ${code(ruleText(rule))}` })),
    ...[...host.sysctls.values()].map(({ key, value }) => ({
      key: `sysctl ${shown(key)}`,
      text: `sysctl ${code(`${shown(key)} = ${shown(value)}`)}`,
    })),
    ...host.firewalls.map(({ family, name, rules }) => ({
      key: `nft ${shown(family)} ${shown(name)}`,
      text: `nftables table ${code(`${shown(family)} ${shown(name)}`)}`,
      inner: plainLines(isKnown(rules) ? rules : "?"),
    })),
  ];
}

function deviceStatements(graph: Graph, device: Device): Statement[] {
  const { name, addresses, neighbors, qdiscs, bridge, port, up, mtu, mac, by } = device;
  const on = `on ${code(name)}`;
  return [
    ...(by ? [{ key: `device ${name}`, text: `${whatIs(graph, device)} ${code(name)}${leadsTo(device)}` }] : []),
    ...(up === false ? [{ key: `up ${name}`, text: `${code(name)} down` }] : []),
    ...(isKnown(mtu) ? [{ key: `mtu ${name}`, text: `mtu ${mtu} ${on}` }] : []),
    ...(isKnown(mac) ? [{ key: `mac ${name}`, text: `MAC address ${code(mac)} ${on}` }] : []),
    ...(bridge && port
      ? [
          {
            key: `port ${name}`,
            text: [`${code(name)} as a port of ${code(bridge.name)}`, ...portTexts(port)].join(", "),
          },
        ]
      : []),
    ...addresses.map((one) => ({
      key: `address ${name} ${shown(one.address)}`,
      text: `address ${code(addressText(one))} ${on}`,
    })),
    ...neighbors.map((one) => ({
      key: `neighbor ${name} ${shown(one.address)}`,
      text: `neighbour ${code(shown(one.address))} at ${code(shown(one.mac))} ${on}`,
    })),
    ...qdiscs.map((one) => ({
      key: `qdisc ${name} ${shown(one.parent)}`,
      text: `qdisc ${code(qdiscText(one))} ${on}`,
    })),
  ];
}

function whatIs(graph: Graph, device: Device): string {
  if (device.peer || device.link?.type === "veth") return "device";
  if (graph.ovsBridges.some((one) => one.device === device)) return "Open vSwitch bridge";
  return linkText(device) ?? "device";
}

function leadsTo({ peer, parent }: Device): string {
  if (peer) return `, by cable to ${code(deviceLabel(peer))}`;
  return parent ? ` over ${code(parent.name)}` : "";
}

/** Without empty lines, and without the indentation that all have in common. */
function plainLines(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const indent = Math.min(...lines.map((line) => line.search(/\S/)));
  return lines.map((line) => `${line.slice(indent).trimEnd()}\n`).join("");
}

/** As Markdown has what is typed, whatever is in it. */
export function code(text: string): string {
  const flat = text.replace(/\s+/g, " ");
  const longest = Math.max(0, ...[...flat.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest > 0 ? `${fence} ${flat} ${fence}` : `${fence}${flat}${fence}`;
}
