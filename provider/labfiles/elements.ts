import { isDeepStrictEqual } from "node:util";
import type { Json } from "../core/values";
import { defaults } from "./commands/bridge";
import type { Draft } from "./draft";
import type { Chain, Device, HostDraft } from "./host";

/** The lists of a Topology that a draft comes to, with all of it. */

/** In the order of a Topology. */
const LISTS = [
  ...["namespaces", "vethPairs", "bridges", "dummies", "macvlans", "vlans", "vxlans", "bridgePorts", "ovsBridges"],
  ...["ovsPorts", "linkSettings", "sysctls", "addresses", "neighbors", "routes", "rules", "qdiscs", "firewalls"],
] as const;

export type Lists = Record<string, Json[]>;

const OF_TYPE: Partial<Record<Device["type"], string>> = {
  ...{ bridge: "bridges", vlan: "vlans", vxlan: "vxlans", dummy: "dummies", macvlan: "macvlans" },
};

/** What stands in the namespaces of hosts, but for the hosts themselves and their cables. */
export function elementsOf({ hosts, beside }: Draft): Lists {
  const lists: Lists = Object.fromEntries(LISTS.map((name) => [name, [...(beside[name] ?? [])]]));
  for (const host of hosts.values()) {
    const put = (list: string, ...all: Json[]) => {
      lists[list]?.push(...all.map((one) => ({ namespace: host.name, ...one })));
    };
    for (const device of host.devices.values()) putDevice(host, device, lists, put);
    put("sysctls", ...[...host.sysctls].map(([key, value]) => ({ key, value })));
    put("addresses", ...host.addresses);
    put("neighbors", ...host.neighbors);
    put("routes", ...host.routes);
    put("rules", ...host.rules);
    put("qdiscs", ...host.qdiscs);
    for (const { family, name, chains } of host.tables.values()) {
      const rules = [...chains].map(([own, chain]) => chainText(own, chain)).join("\n");
      if (rules !== "") put("firewalls", { name, family, rules });
    }
  }
  return lists;
}

type Put = (list: string, ...all: Json[]) => void;

function putDevice(host: HostDraft, device: Device, lists: Lists, put: Put): void {
  const { name, type, inputs, settings, port } = device;
  const list = OF_TYPE[type];
  if (list !== undefined) put(list, { name, ...inputs, ...(type === "bridge" ? ownVlans(host, device) : {}) });
  if (type === "veth" && inputs.isPeer !== true) {
    const { peer, ...a } = inputs;
    const { isPeer: _, ...b } = host.devices.get(String(peer))?.inputs ?? {};
    const { namespace } = { namespace: host.name };
    lists.vethPairs?.push({ a: { namespace, name, ...a }, b: { namespace, name: peer, ...b } });
  }
  if (Object.keys(settings).length > 0) put("linkSettings", { device: name, ...settings });
  if (port) put("bridgePorts", { bridge: port.bridge, device: name, ...port.inputs, ...portVlans(host, device) });
}

/** A port's VLANs where they are not those that it has by itself. */
function portVlans(host: HostDraft, device: Device): Json {
  const bridge = host.devices.get(device.port?.bridge ?? "");
  const isBare = bridge && isEmptied(host, bridge);
  const own = device.vlans ?? asDefaults(host, device);
  const usual = isBare ? new Map() : asDefaults(host, device);
  if (isDeepStrictEqual(own, usual) || own.size === 0) return {};
  return { vlans: vlanList(own) };
}

function ownVlans(host: HostDraft, bridge: Device): Json {
  const isBare = isEmptied(host, bridge);
  const own = bridge.vlans ?? asDefaults(host, bridge);
  const usual = isBare ? new Map() : asDefaults(host, bridge);
  return {
    ...(isBare && { defaultPvid: 0 }),
    ...(!isDeepStrictEqual(own, usual) && own.size > 0 && { vlans: vlanList(own) }),
  };
}

/** Whether a port of it, or it itself, is in no VLAN: then that is what they all begin with. */
function isEmptied(host: HostDraft, bridge: Device): boolean {
  const its = [...host.devices.values()].filter(({ port }) => port?.bridge === bridge.name);
  return [bridge, ...its].some(({ vlans }) => vlans?.size === 0);
}

function asDefaults(host: HostDraft, device: Device): NonNullable<Device["vlans"]> {
  return new Map(defaults(host, device).map((vid) => [vid, { pvid: true, untagged: true }]));
}

function vlanList(vlans: NonNullable<Device["vlans"]>): Json[] {
  return [...vlans]
    .sort(([a], [b]) => a - b)
    .map(([vid, { pvid, untagged }]) => ({ vid, ...(pvid && { pvid }), ...(untagged && { untagged }) }));
}

function chainText(name: string, { hook, policy, rules }: Chain): string {
  const head = hook === undefined ? [] : [`  ${hook};${policy === undefined ? "" : ` policy ${policy};`}`];
  return [`chain ${name} {`, ...head, ...rules.map((rule) => `  ${rule}`), "}"].join("\n");
}
