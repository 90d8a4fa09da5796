import type { LabHost } from "../test/support/labHost";

/** One ray of the star: a namespace whose eth0 is joined to a port in the namespace `switch`. */
export interface Host {
  name: string;
  port: string;
  address: string;
  mtu?: number;
}

/** The switch's name, as every contender gives it. */
export const SWITCH = "switch";

export function star(n: number): Host[] {
  return Array.from({ length: n }, (_, index) => ray(index + 1));
}

/** The star with the one change that a second program makes. */
export function edited([first, ...others]: Host[]): Host[] {
  return first ? [{ ...first, mtu: 1400 }, ...others] : [];
}

/** It as the inputs of a Topology. */
export function topologyOf(hosts: Host[]) {
  return {
    namespaces: [SWITCH, ...hosts.map(({ name }) => name)].map((name) => ({ name })),
    vethPairs: hosts.map(({ name, port, mtu }) => ({
      a: { name: "eth0", namespace: name, ...(mtu === undefined ? {} : { mtu }) },
      b: { name: port, namespace: SWITCH },
    })),
    addresses: hosts.map(({ name, address }) => ({ namespace: name, device: "eth0", address })),
    sysctls: [],
  };
}

/** Throws unless the star is up: all namespaces and ports, and the last host with all that belongs to it. */
export async function mustBeUp(host: LabHost, n: number): Promise<void> {
  const last = star(n).at(-1) as Host;
  const namespaces = await host.json<unknown[]>(["ip", "-j", "netns", "list"]);
  const links = await host.json<Link[]>(["ip", "-n", SWITCH, "-j", "address"]);
  const inside = await host.json<Link[]>(["ip", "-n", last.name, "-j", "address"]);
  const ends = [...links, ...inside];
  const addresses = inside.flatMap(({ addr_info }) => addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`));
  const isWhole =
    namespaces.length === n + 1 &&
    links.length === n + 1 &&
    inside.length === 2 &&
    ends.every(({ flags }) => flags.includes("UP")) &&
    addresses.includes(last.address);
  if (!isWhole) throw new Error(`The star of ${n} is not up: ${JSON.stringify({ namespaces, links, inside })}`);
}

/**
 * Waits until the kernel has taken apart what was deleted, which it does later and in order: the last is a veth pair of
 * ours. What comes after starts on a host at rest.
 */
export async function settle(host: LabHost): Promise<void> {
  const lines = ["netns add bench", "link add bench0 type veth peer name bench1 netns bench", "netns del bench"];
  await host.run(["ip", "-batch", "-"], { stdin: lines.join("\n") });
  const script = "while ip link show dev bench0 >&2; do sleep 0.05; done";
  await host.run(["sh", "-c", script]);
}

interface Link {
  flags: string[];
  addr_info: { local: string; prefixlen: number }[];
}

function ray(number: number): Host {
  const address = `10.0.${Math.floor(number / 250)}.${(number % 250) + 1}/16`;
  return { name: `h${number}`, port: `p${number}`, address };
}
