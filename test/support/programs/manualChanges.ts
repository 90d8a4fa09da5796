import type { Json } from "../../../provider/core/values";
import type { Resource } from "./program";
import { valuesOf } from "./sysctlKeys";

/** What can be done to it: each a list of commands. What the program says nothing of is changed as well. */
export function manualChangesOf({ type, name, inputs }: Resource, all: Resource[]): string[][] {
  if (type === "Namespace") return onNamespace(String(inputs.name ?? name), inputs, all);
  if (type === "VethPair") return [...onEnd(inputs.a as End, all), ...onEnd(inputs.b as End, all)];
  if (type in ON_DEVICE) return onDevice(type, inputs as unknown as End, all);
  if (type === "BridgePort") return onPort(inputs, all);
  if (type === "Address") return onAddress(inputs);
  if (type === "Route") return onRoute(inputs, all);
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
    ...astray(end, all),
    ...upOrDown(end, all),
  ];
}

/** It gets another name, another namespace, another mark. */
function astray({ name, namespace }: End, all: Resource[]): string[][] {
  const set = `${within(namespace)}ip link set ${name}`;
  const homes = all.flatMap(({ type, name, inputs }) => (type === "Namespace" ? String(inputs.name ?? name) : []));
  // The shell that runs this is in the host's own namespace.
  const elsewhere = homes.find((one) => one !== namespace) ?? "$$";
  return [[`${set} name w-${name}`], [`${set} name w-${name} netns ${elsewhere}`], [`${set} alias theirs`]];
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
    ...astray(device, all),
    ...upOrDown(device, all),
  ];
}

/** It leaves for a bridge of the program, or one that somebody makes, in a namespace that goes with all that is in it. */
function onPort({ namespace, device, bridge }: Json, all: Resource[]): string[][] {
  const ip = `${within(namespace)}ip link`;
  const set = `${ip} set ${device}`;
  const other = devicesIn(namespace, all, ["Bridge"]).find((name) => name !== bridge);
  const moved =
    other === undefined ? [`${ip} add theirs type bridge`, `${set} master theirs`] : [`${set} master ${other}`];
  return [
    [`${set} nomaster`],
    [`${set} type bridge_slave isolated on`],
    [`${set} type bridge_slave hairpin on`],
    ...(other === undefined && namespace === undefined ? [] : [moved]),
  ];
}

/** It is gone, or another one is in its place: by another device, over a gateway, or to nowhere. */
function onRoute({ namespace, destination, table = "main", metric, device, type }: Json, all: Resource[]): string[][] {
  const route = `${within(namespace)}ip ${String(destination).includes(":") ? "-6 " : ""}route`;
  const key = `${destination} table ${table}${metric === undefined ? "" : ` metric ${metric}`}`;
  const del = `${route} del ${key}`;
  const others = devicesIn(namespace, all).filter((name) => name !== device);
  const gateway = String(destination).includes(":") ? "fe80::77" : "10.8.77.77";
  const ways = [
    `${type === "prohibit" ? "unreachable" : "prohibit"} ${key}`,
    ...others.map((name) => `${key} dev ${name}`),
    ...(device === undefined ? [] : [`${key} via ${gateway} dev ${device} onlink`]),
  ];
  return [[del], ...ways.map((way) => [del, `${route} add ${way}`])];
}

/** The names of what the program has in a namespace: ends of pairs, and devices of these types. */
function devicesIn(namespace: unknown, all: Resource[], types = ["VethPair", "Bridge"]): string[] {
  const devices = all
    .filter(({ type }) => types.includes(type))
    .flatMap(({ type, inputs }) => (type === "VethPair" ? [inputs.a, inputs.b] : [inputs]) as End[]);
  return devices.filter((one) => one.namespace === namespace).map(({ name }) => name);
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
