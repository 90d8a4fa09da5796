import { isDeepStrictEqual } from "node:util";
import { DEFAULT, DEFAULT6 } from "../core/ip";
import { numberIn, parseSubnet } from "../core/subnet";
import { isObject, type Json } from "../core/values";
import { expand } from "../lab/lab";
import { NONE } from "../lab/names";
import { USUAL_VLAN, vlansOfPort } from "../lab/portVlans";
import { addressed, hostsOf, isRouter, parsed, wiringOf, without } from "./describe";
import type { Draft } from "./draft";
import { elementsOf, type Lists } from "./elements";

/** The shortest description that comes to what a draft says, and what it does not come to. */

export interface Chosen {
  /** Absent: `lab` has no words for how things are joined. */
  lab?: Json;
  /** What stands beside it in the lists of the Topology. */
  beside: Lists;
  /** The file gives no addresses, so that those of `lab` are there. */
  isFree?: true;
}

export function choose(draft: Draft): Chosen {
  const wanted = elementsOf(draft);
  const free = withoutAddresses(draft, wanted);
  if (free) return free;
  const said = addressed(draft);
  if (!said) return { beside: withWiring(draft, wanted) };
  const candidates = [...waysOfRoutes(draft, said)].flatMap((one): Chosen[] => {
    const fits = compared(one, wanted, draft.routesFollow);
    return fits ? [fits] : [];
  });
  const [best] = candidates.sort((a, b) => size(a) - size(b));
  return best ? shorter(best, wanted, draft.routesFollow) : { beside: withWiring(draft, wanted) };
}

function size({ lab, beside }: Chosen): number {
  return JSON.stringify(lab).length + JSON.stringify(beside).length;
}

/** Where nothing has an address, `lab` gives each host one, and the routes. */
function withoutAddresses(draft: Draft, wanted: Lists): Chosen | undefined {
  const hasAny = wanted.addresses?.some(({ device }) => device !== "lo") || (wanted.routes?.length ?? 0) > 0;
  const isBuiltOn = BUILT_ON.some((name) => (wanted[name]?.length ?? 0) > 0);
  if (hasAny || isBuiltOn || draft.cables.length === 0) return undefined;
  const wiring = wiringOf(draft);
  const joined = (name: string) => draft.cables.filter(({ ends }) => ends.some(({ node }) => node === name)).length;
  const hosts = hostsOf(draft, wiring.hosts, (host) =>
    host.forwards || (host.forwards === undefined && joined(host.name) > 1) ? { forwarding: true } : {},
  );
  const lab = { ...hosts, ...without(wiring, "hosts") };
  if (!parsed(lab)) return undefined;
  return { lab, beside: wanted, isFree: true };
}

/** What makes of a cable's end something that wants no address. */
const BUILT_ON = ["bridges", "bridgePorts", "vlans", "vxlans", "macvlans", "dummies"];

/** The routes as they follow from the lab, with gateways said, and all by hand. */
function* waysOfRoutes(draft: Draft, said: Json): Generator<Json> {
  yield said;
  const { hosts: lab, networks } = expandedOf(said) ?? {};
  if (!lab || !networks) return;
  const ownerOf = (address: string) =>
    Object.entries(lab).find(([, { devices }]) =>
      devices.some(({ ipv4, ipv6 }) => ipv4 === address || ipv6 === address),
    )?.[0];
  const isNear = (name: string, gateway: string) =>
    lab[name]?.devices.some(({ network }) =>
      Object.values(networks[network] ?? {}).some((subnet) => {
        const parsedSubnet = parseSubnet(subnet);
        return parsedSubnet && numberIn(parsedSubnet, gateway) !== undefined;
      }),
    );
  const plain = (name: string) =>
    (draft.hosts.get(name)?.routes ?? []).filter(
      (route) =>
        Object.keys(route).every((key) => SIMPLE.has(key)) &&
        route.gateway !== undefined &&
        isNear(name, String(route.gateway)),
    );
  const withHosts = (say: (name: string) => Json): Json =>
    ({
      ...hostsOf(draft, said.hosts, ({ name }) => ({
        ...(isObject(said.hosts) ? (said.hosts[name] as Json | undefined) : undefined),
        ...say(name),
      })),
      ...without(said, "hosts"),
    }) as Json;
  const gatewayOf = (name: string): Json => {
    const found = plain(name).find(({ destination }) => destination === DEFAULT || destination === DEFAULT6);
    const owner = found && ownerOf(String(found.gateway));
    if (owner !== undefined) return { gateway: owner };
    const host = draft.hosts.get(name);
    return host && !isRouter(host) ? { gateway: "none" } : {};
  };
  const routesOf = (name: string): Json => {
    const routes = plain(name).map(({ destination, gateway }) => ({
      destination,
      gateway: ownerOf(String(gateway)) ?? gateway,
    }));
    return routes.length === 0 ? {} : { routes };
  };
  if (draft.routesFollow) {
    yield withHosts(routesOf);
    return;
  }
  yield withHosts(gatewayOf);
  const byHand = (named: (name: string) => Json) => ({ ...withHosts(named), routing: "none" });
  yield byHand(routesOf);
  yield byHand((name) => {
    const routes = plain(name).map(({ destination, gateway }) => ({ destination, gateway }));
    return routes.length === 0 ? {} : { routes };
  });
  yield { ...said, routing: "none" };
}

const SIMPLE = new Set(["destination", "gateway", "device"]);

function expandedOf(said: Json): ReturnType<typeof expand> | undefined {
  const lab = parsed(said);
  return lab && expand(lab);
}

/** What the lab has and the draft has not is a reason against it; the other way round, it stands beside. */
function compared(said: Json, wanted: Lists, isRouted = false): Chosen | undefined {
  const lists = expandedOf(said)?.topology as Lists | undefined;
  if (!lists) return undefined;
  const beside: Lists = {};
  for (const [name, all] of Object.entries(wanted)) {
    const made = lists[name] ?? [];
    if (name === "addresses" || name === "routes") {
      const mayBeMore = isRouted && name === "routes";
      if (!mayBeMore && made.some((one) => !all.some((other) => covers(other, one)))) return undefined;
      beside[name] = all.filter((one) => !made.some((other) => covers(one, other)));
    } else beside[name] = all.filter((one) => !made.some((other) => isDeepStrictEqual(one, other)));
  }
  return { lab: said, beside };
}

/** Whether `lab` makes what a file wants: it says the device, and needs no duplicate address detection. */
function covers(wanted: Json, made: Json): boolean {
  const { noDad: _, ...own } = made;
  const { noDad: __, ...want } = wanted;
  return Object.entries({ ...own, ...want }).every(
    ([key, value]) => own[key] === value && (want[key] === value || (key === "device" && want[key] === undefined)),
  );
}

/** Without the addresses by hand that follow by themselves. */
function shorter(chosen: Chosen, wanted: Lists, isRouted = false): Chosen {
  let best = chosen;
  const names = Object.keys(isObject(chosen.lab?.hosts) ? chosen.lab.hosts : {});
  if (names.length > MOST) return best;
  for (const name of names) {
    const hosts = best.lab?.hosts as Record<string, Json>;
    const { addresses, ...own } = hosts[name] ?? {};
    if (!Array.isArray(addresses)) continue;
    // Those of a loopback device are the last, and never follow from where a host is.
    const ofLoopback = own.loopback ? addresses.slice(-loopbackFamilies(best)) : [];
    for (const some of [[], ofLoopback]) {
      const left = { ...hosts, [name]: { ...own, ...(some.length > 0 && { addresses: some }) } };
      const named = Object.fromEntries(
        Object.entries(left).filter(([other, one]) => other !== name || Object.keys(one).length > 0),
      );
      const lab = { ...(Object.keys(named).length > 0 && { hosts: named }), ...without(best.lab ?? {}, "hosts") };
      const fits = compared(lab, wanted, isRouted);
      if (fits && size(fits) < size(best)) best = fits;
    }
  }
  return best;
}

function loopbackFamilies({ lab }: Chosen): number {
  const said = isObject(lab?.loopbacks) ? Object.values(lab.loopbacks) : [];
  return said.filter((subnet) => subnet !== NONE).length;
}

/** More are not tried one by one. */
const MOST = 60;

/** All as lists, with the namespaces, cables and bridges that `lab` would have made. */
function withWiring(draft: Draft, wanted: Lists): Lists {
  const spaces = [
    ...draft.hosts.keys(),
    ...[...draft.switches].filter(([, { openvswitch }]) => !openvswitch).map(([name]) => name),
  ];
  const lists: Lists = { ...wanted, namespaces: spaces.map((name) => ({ name })) };
  const add = (list: string, one: Json) => {
    lists[list] = [...(lists[list] ?? []), one];
  };
  for (const [name, { openvswitch, stp }] of draft.switches)
    if (openvswitch) add("ovsBridges", { name, ...(stp && { stp }) });
    else {
      const hasVlans = draft.cables.some(
        ({ ends, vlan, vlans }) => (vlan ?? vlans) && ends.some((end) => end.node === name),
      );
      add("bridges", { namespace: name, name, ...(stp && { stp }), ...(hasVlans && { vlanFiltering: true }) });
    }
  for (const { ends, mtu, vlan = USUAL_VLAN, vlans } of draft.cables) {
    const port = vlans
      ? { untagged: vlans.find((vid) => vid === USUAL_VLAN), tagged: vlans.filter((vid) => vid !== USUAL_VLAN) }
      : { untagged: vlan, tagged: [] };
    const [a, b] = ends.map(({ node, device }, index) => {
      const isOvs = draft.switches.get(node)?.openvswitch;
      const name = device || ends[1 - index]?.node;
      if (isOvs) add("ovsPorts", { bridge: node, name });
      else if (draft.switches.has(node))
        add("bridgePorts", { namespace: node, bridge: node, device: name, ...vlansOfPort(port) });
      else
        for (const vid of port.tagged)
          if (vlans) add("vlans", { namespace: node, name: `${device}.${vid}`, parent: device, vid });
      return { ...(!isOvs && { namespace: node }), name, ...(mtu !== undefined && { mtu }) };
    });
    add("vethPairs", { a, b });
  }
  for (const host of draft.hosts.values())
    if (isRouter(host)) add("sysctls", { namespace: host.name, key: "net.ipv4.ip_forward", value: 1 });
  return lists;
}
