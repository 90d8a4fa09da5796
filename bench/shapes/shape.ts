/** A lab of any size, which all contenders make, each in its way. */
export interface Shape {
  id: string;
  /** What it is, in Markdown; N is its size. */
  about: string;
  /** The sizes of a whole run. */
  ns: readonly number[];
  /** It as the inputs of a Topology. A second program is edited: one value in it is another. */
  inputs(n: number, isEdited?: boolean): Lists;
  /** A line that breaks one thing of it, as somebody may type it. */
  hand(n: number): string;
}

/** A shape at one size. */
export interface Lab {
  shape: Shape;
  n: number;
}

/** Of what a Topology takes, what the shapes are made of. */
export type Lists = {
  namespaces: { name: string; loopbackUp?: boolean }[];
  vethPairs?: { a: End; b: End }[];
  bridges?: (Device & { vlanFiltering?: boolean; defaultPvid?: number })[];
  vxlans?: (Device & { vni: number; local: string; learning: boolean; fdb: FdbEntry[] })[];
  bridgePorts?: { namespace: string; bridge: string; device: string; cost?: number; vlans?: Vlan[] }[];
  sysctls?: { namespace: string; key: string; value: string | number }[];
  addresses?: { namespace: string; device: string; address: string; noDad?: boolean }[];
  neighbors?: { namespace: string; device: string; address: string; mac: string }[];
  routes?: { namespace: string; destination: string; gateway: string; device: string }[];
  rules?: { namespace: string; priority: number; family?: "inet6"; from: string; table: number }[];
  qdiscs?: Qdisc[];
  firewalls?: { namespace: string; name: string; rules: string }[];
};

type Device = { namespace: string; name: string };
type End = Device & { mtu?: number };
type FdbEntry = { mac: string; destination: string };
export type Vlan = { vid: number; pvid?: boolean; untagged?: boolean };

export type Qdisc = { namespace: string; device: string } & (
  | { kind: "tbf"; tbf: { rate: string; burst: string; latency: string } }
  | { kind: "htb" | "pfifo"; options: { default?: string; limit?: number } }
);

/** How many things it is made of. */
export function sizeOf(lists: Lists): number {
  return Object.values(lists).reduce((sum, list) => sum + list.length, 0);
}

/** 1 to n. */
export function numbers(n: number): number[] {
  return Array.from({ length: n }, (_, index) => index + 1);
}

/** So many devices d1, d2, … in one namespace: veth pairs, both ends of which are there. */
export function devices(namespace: string, n: number): Pick<Lists, "namespaces" | "vethPairs"> {
  const device = (number: number) => ({ name: `d${number}`, namespace });
  const pairs = numbers(Math.ceil(n / 2)).map((pair) => ({ a: device(2 * pair - 1), b: device(2 * pair) }));
  return { namespaces: [{ name: namespace }], vethPairs: pairs };
}

/** A MAC address of its own for each number. */
export function macOf(number: number): string {
  const digits = number.toString(16).padStart(4, "0");
  return `02:00:00:00:${digits.slice(0, 2)}:${digits.slice(2)}`;
}
