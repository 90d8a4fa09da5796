import { addLink, delLink, IFF_UP, type LinkValues, setLink } from "../netlink/link";
import type { Request } from "../netlink/message";
import { AD_SELECTS, BOND_MODES, XMIT_HASH_POLICIES } from "./bond";
import { geneveData, isTunnel, tunnelData } from "./tunnelWords";
import { number, type Options, type Place, type Words } from "./words";

/** `ip link` as a request to the kernel. */
export function linkRequest(words: Words, place: Place): Request {
  const verb = words.next();
  if (verb !== "del" && verb !== "set" && verb !== "add") throw new Error(`there is no \`ip link ${verb}\` here`);
  const values = settings(words, place);
  return { add: addLink, set: setLink, del: delLink }[verb](values);
}

type Data = Record<string, unknown>;

function settings(words: Words, place: Place): LinkValues {
  const values: LinkValues = {};
  const to = words.into(values);
  const up = (flags: number) => () => void Object.assign(values, { flags, change: IFF_UP });
  words.each({
    ...{ dev: to("ifname"), name: to("ifname"), alias: to("ifalias"), address: to("address") },
    ...{ mtu: to("mtu", Number), group: to("group", Number), txqueuelen: to("txqlen", Number) },
    ...{ up: up(IFF_UP), down: up(0), netns: to("netNsFd", place.namespace), link: to("link", place.index) },
    ...{ master: to("master", place.index), nomaster: () => void Object.assign(values, { master: 0 }) },
    type: to("linkinfo", (kind) => typed(kind, words, place) as NonNullable<LinkValues["linkinfo"]>),
  });
  return values;
}

/** What a type of links has of its own; all words behind it are about that. */
function typed(kind: string, words: Words, place: Place): Data {
  if (kind === "bridge_slave") return { slaveKind: "bridge", slaveData: words.options(BRIDGE_SLAVE) };
  if (kind === "veth") return { kind, data: { peer: words.take("peer") ? settings(words, place) : {} } };
  if (kind === "netkit") return { kind, data: netkit(words, place) };
  if (kind === "bond") return { kind, data: bond(words, place) };
  if (kind === "vxlan") return { kind, data: vxlan(words, place) };
  if (kind === "geneve") return { kind, data: geneveData(words) };
  if (isTunnel(kind)) return { kind, data: tunnelData(kind, words, place) };
  const known = OPTIONS[kind];
  const data = words.options(known ?? {});
  return known ? { kind, data } : { kind };
}

const onOff = (words: Words) => Number(words.next() === "on");
const oneOf = (numbers: Record<string, number>) => (words: Words) => {
  const word = words.next();
  return numbers[word] ?? Number(word);
};

/** ETH_P_8021Q and ETH_P_8021AD of linux/if_ether.h. */
export const VLAN_PROTOCOLS = { "802.1Q": 0x8100, "802.1ad": 0x88a8 };
/** MACVLAN_MODE_… of linux/if_link.h. */
export const MACVLAN_MODES = { private: 1, vepa: 2, bridge: 4, passthru: 8, source: 16 };
/** IPVLAN_MODE_… of linux/if_link.h. */
export const IPVLAN_MODES = { l2: 0, l3: 1, l3s: 2 };
/** IPVLAN_F_… of linux/if_link.h: a bit each. */
export const IPVLAN_FLAGS = { bridge: 0, private: 1, vepa: 2 };
/** NETKIT_L2 and NETKIT_L3 of linux/if_link.h. */
export const NETKIT_MODES = { l2: 0, l3: 1 };
/** NETKIT_PASS and NETKIT_DROP of linux/if_link.h. */
export const NETKIT_POLICIES = { forward: 0, blackhole: 2 };

const MACVLAN: Options = { mode: ["mode", oneOf(MACVLAN_MODES)] };

const numbered = (all: readonly string[]) => Object.fromEntries(all.map((word, number) => [word, number]));
/** BOND_MODE_…, BOND_XMIT_POLICY_… of linux/if_bonding.h, AD_LACP_… and BOND_AD_… of net/bond_3ad.h. */
export const BOND_NUMBERS = {
  mode: numbered(BOND_MODES),
  xmitHashPolicy: numbered(XMIT_HASH_POLICIES),
  adLacpRate: numbered(["slow", "fast"]),
  adSelect: numbered(AD_SELECTS),
};
const BOND: Options = {
  mode: ["mode", oneOf(BOND_NUMBERS.mode)],
  miimon: ["miimon", number],
  updelay: ["updelay", number],
  downdelay: ["downdelay", number],
  xmit_hash_policy: ["xmitHashPolicy", oneOf(BOND_NUMBERS.xmitHashPolicy)],
  lacp_rate: ["adLacpRate", oneOf(BOND_NUMBERS.adLacpRate)],
  ad_select: ["adSelect", oneOf(BOND_NUMBERS.adSelect)],
  min_links: ["minLinks", number],
};

function bond(words: Words, place: Place): Data {
  return words.options({ ...BOND, primary: ["primary", (rest) => place.index(rest.next())] });
}

const OPTIONS: Record<string, Options> = {
  bridge: {
    forward_delay: ["forwardDelay", number],
    hello_time: ["helloTime", number],
    max_age: ["maxAge", number],
    priority: ["priority", number],
    ageing_time: ["ageingTime", number],
    vlan_filtering: ["vlanFiltering", number],
    vlan_default_pvid: ["vlanDefaultPvid", number],
    mcast_snooping: ["mcastSnooping", number],
    stp_state: ["stpState", number],
  },
  vlan: { id: ["id", number], protocol: ["protocol", oneOf(VLAN_PROTOCOLS)] },
  vrf: { table: ["table", number] },
  macvlan: MACVLAN,
  macvtap: MACVLAN,
  ipvlan: {
    mode: ["mode", oneOf(IPVLAN_MODES)],
    ...Object.fromEntries(Object.entries(IPVLAN_FLAGS).map(([word, flags]) => [word, ["flags", () => flags] as const])),
  },
};

const BRIDGE_SLAVE: Options = {
  cost: ["cost", number],
  priority: ["priority", number],
  hairpin: ["mode", onOff],
  isolated: ["isolated", onOff],
  learning: ["learning", onOff],
  flood: ["unicastFlood", onOff],
  guard: ["guard", onOff],
  root_block: ["protect", onOff],
};

/** Of the primary, and behind `peer` of the other end, which has settings of its own where it is made. */
function netkit(words: Words, place: Place): Data {
  const policy = () => Object.entries(NETKIT_POLICIES).find(([word]) => words.take(word))?.[1];
  const data: Data = {};
  const put = (name: string, value: unknown) => {
    if (value !== undefined) data[name] = value;
  };
  if (words.take("mode")) put("mode", oneOf(NETKIT_MODES)(words));
  put("policy", policy());
  if (!words.take("peer")) return data;
  put("peerPolicy", policy());
  if (!words.isEnd) put("peer", settings(words, place));
  return data;
}

function vxlan(words: Words, place: Place): Data {
  const data: Data = {};
  const to = words.into(data);
  const address = (name: string) => () => {
    const text = words.next();
    data[text.includes(":") ? `${name}6` : name] = text;
  };
  const learning = (value: number) => () => {
    data.learning = value;
  };
  words.each({
    ...{ id: to("id", Number), dstport: to("port", Number), ttl: to("ttl", Number), dev: to("link", place.index) },
    ...{ local: address("local"), remote: address("group"), group: address("group") },
    ...{ learning: learning(1), nolearning: learning(0) },
  });
  return data;
}
