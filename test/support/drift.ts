import fc from "fast-check";
import type { Json } from "../../provider/core/values";
import { valuesOf } from "./sysctlKeys";
import { type Resource, resolved, type Topology } from "./topology";

/** What somebody does by hand to one resource of a program: the choice of it, and of what is done. */
export interface Choice {
  which: number;
  what: number;
}

export const choices: fc.Arbitrary<Choice[]> = fc.uniqueArray(
  // Small numbers are no likelier than others: 0 is the namespace that goes with all that is in it.
  fc.record({ which: fc.noBias(fc.nat(23)), what: fc.noBias(fc.nat(29)) }),
  { minLength: 1, maxLength: 3, selector: ({ which }) => which },
);

/** The commands of these choices, each for another resource. */
export function handsFor(program: Topology, chosen: readonly Choice[]): string[] {
  if (program.length === 0) return [];
  const texts = byName(program);
  const doing = new Map(chosen.map(({ which, what }) => [texts[which % texts.length] as Resource, what]));
  return [...doing].flatMap(([resource, what]) => {
    const hands = handsOn(resource, texts);
    return hands[what % hands.length] ?? [];
  });
}

/** The program with the names that its texts have in the kernel: all outputs that one names are inputs of another. */
export function byName(program: Topology): Resource[] {
  const found: Resource[] = [];
  for (const resource of program) {
    const outputs = (name: string) => ({ name, ...found.find((one) => one.name === name)?.inputs });
    found.push({ ...resource, inputs: resolved(resource, outputs) });
  }
  return found;
}

/** What can be done to it: each a list of commands. What the program says nothing of is changed as well. */
function handsOn({ type, name, inputs }: Resource, all: Resource[]): string[][] {
  if (type === "Namespace") return onNamespace(String(inputs.name ?? name), inputs, all);
  if (type === "VethPair") return [...onEnd(inputs.a as End, all), ...onEnd(inputs.b as End, all)];
  if (type in ON_DEVICE) return onDevice(type, inputs as unknown as End, all);
  if (type === "BridgePort") return onPort(inputs);
  if (type === "Address") return onAddress(inputs);
  return type === "Sysctl" ? onSysctl(inputs) : (ON_OTHERS[type]?.(inputs) ?? []);
}

/** With its devices first: the kernel takes away what a namespace leaves when it finds the time. */
function onNamespace(name: string, { loopbackUp }: Json, all: Resource[]): string[][] {
  const devices = `ip -n ${name} -br link show type veth | cut -d@ -f1 | xargs -rn1 ip -n ${name} link del`;
  return [
    [devices, `ip netns del ${name}`],
    ...upOrDown({ name: "lo", namespace: name, up: loopbackUp as never }, all),
  ];
}

type End = { name: string; namespace?: string; up?: boolean };

function onEnd(end: End, all: Resource[]): string[][] {
  const ip = `${within(end.namespace)}ip link`;
  return [
    [`${ip} del ${end.name}`],
    [`${ip} set ${end.name} mtu 1300`],
    [`${ip} set ${end.name} address 02:00:00:00:99:99`],
    [`${ip} set ${end.name} name w-${end.name}`],
    ...upOrDown(end, all),
  ];
}

/**
 * With a device that goes down the kernel drops the IPv6 addresses on it. No preview can know that when it is the
 * program that has it down, so nobody sets such a device up here.
 */
function upOrDown({ name, namespace, up = true }: End, all: Resource[]): string[][] {
  const losesAddress = all.some(
    ({ inputs }) => inputs.device === name && inputs.namespace === namespace && String(inputs.address).includes(":"),
  );
  if (!up && losesAddress) return [];
  return [[`${within(namespace)}ip link set ${name} ${up ? "down" : "up"}`]];
}

function onAddress(inputs: Json): string[][] {
  const { namespace, device, address, peer } = inputs as Record<string, string>;
  const ip = `${within(namespace)}ip addr`;
  const what = peer === undefined ? address : `${address?.replace(/\/.*/, "")} peer ${peer}/${address?.split("/")[1]}`;
  const del = `${ip} del ${what} dev ${device}`;
  const others = address?.includes(":") ? ["nodad"] : ["broadcast 10.0.7.7", `label ${device}:9`, "scope host"];
  return [[del], ...others.map((other) => [del, `${ip} add ${what} ${other} dev ${device}`])];
}

/** What of a type's own somebody sets. */
const ON_DEVICE: Record<string, string[]> = {
  Bridge: ["type bridge ageing_time 500", "type bridge hello_time 300"],
  Vxlan: ["type vxlan ttl 7", "mtu 1300"],
  Macvlan: ["type macvlan mode vepa"],
  Tap: ["mtu 1300"],
};

function onDevice(type: string, device: End, all: Resource[]): string[][] {
  const ip = `${within(device.namespace)}ip link`;
  const own = ON_DEVICE[type] ?? [];
  return [
    [`${ip} del ${device.name}`],
    ...own.map((words) => [`${ip} set ${device.name} ${words}`]),
    ...upOrDown(device, all),
  ];
}

function onPort({ namespace, device }: Json): string[][] {
  const ip = `${within(namespace)}ip link set ${device}`;
  return [[`${ip} nomaster`], [`${ip} type bridge_slave isolated on`], [`${ip} type bridge_slave hairpin on`]];
}

const ON_OTHERS: Record<string, (inputs: Json) => string[][]> = {
  /** What it does not say would stay as it was set by hand, in the host's own namespace for good. */
  LinkSettings({ namespace, device, mtu, txQueueLength }) {
    const ip = `${within(namespace)}ip link set ${device}`;
    return [
      ...(mtu === undefined ? [] : [[`${ip} mtu 1300`]]),
      ...(txQueueLength === undefined ? [] : [[`${ip} txqueuelen 77`]]),
    ];
  },
  Route({ namespace, destination, table = "main", metric }) {
    const family = String(destination).includes(":") ? "-6 " : "";
    const which = metric === undefined ? "" : ` metric ${metric}`;
    return [[`${within(namespace)}ip ${family}route del ${destination} table ${table}${which}`]];
  },
  Rule({ namespace, family, priority }) {
    return [[`${within(namespace)}ip ${family === "inet6" ? "-6 " : ""}rule del priority ${priority}`]];
  },
  Neighbor({ namespace, device, address, mac, proxy }) {
    const ip = `${within(namespace)}ip neigh`;
    const del = `${ip} del ${proxy ? "proxy " : ""}${address} dev ${device}`;
    return [[del], ...(mac ? [[`${ip} replace ${address} lladdr 02:00:00:00:99:98 nud permanent dev ${device}`]] : [])];
  },
  Qdisc({ namespace, device, kind }) {
    const tc = `${within(namespace)}tc qdisc`;
    const change = `${tc} change dev ${device} root pfifo limit 77`;
    const replace = `${tc} replace dev ${device} root handle 77: bfifo limit 777`;
    return [[`${tc} del dev ${device} root`], [replace], ...(kind === "pfifo" ? [[change]] : [])];
  },
  Firewall({ namespace, family = "inet", name }) {
    const nft = `${within(namespace)}nft`;
    return [
      [`${nft} delete table ${family} ${name}`],
      [`${nft} add chain ${family} ${name} theirs`],
      [`${nft} flush table ${family} ${name}`],
    ];
  },
};

function onSysctl(inputs: Json): string[][] {
  const { namespace, key = "" } = inputs as Record<string, string>;
  return valuesOf(key).map((value) => [`${within(namespace)}sysctl -qw "${key}=${value}"`]);
}

function within(namespace: unknown): string {
  return namespace === undefined ? "" : `ip netns exec ${namespace} `;
}
