import type { Unknown } from "../core/values";

/** What a resource says of the network, in the words of the field: provider/model makes a graph of what all of them say. */

/** Known, or not until something is made. */
export type Maybe<T> = T | Unknown;

/** Values of a program or a state: anything can be left out, and all but objects may not be known yet. */
export type Partly<T> = T extends readonly (infer E)[]
  ? Maybe<Partly<E>[]>
  : T extends object
    ? { [K in keyof T]?: Partly<NonNullable<T[K]>> | undefined }
    : Maybe<T>;

/** A device by its name; without a namespace it is in the provider's own. */
export interface DeviceRef {
  namespace?: Maybe<string> | undefined;
  name?: Maybe<string> | undefined;
}

/** VLANs as `bridge vlan` has them. */
export interface VlanRange {
  vid?: Maybe<number> | undefined;
  vidEnd?: Maybe<number> | undefined;
  pvid?: Maybe<boolean> | undefined;
  untagged?: Maybe<boolean> | undefined;
}

interface Bridge {
  type: "bridge";
  vlanFiltering: Maybe<boolean>;
  defaultPvid: Maybe<number>;
  stp: Maybe<boolean>;
  vlans?: Maybe<VlanRange[]> | undefined;
}

interface Vxlan {
  type: "vxlan";
  vni?: Maybe<number> | undefined;
  port: Maybe<number>;
  local?: Maybe<string> | undefined;
  /** The other end, or the multicast group; `fdb` has more of them. */
  remote?: Maybe<string> | undefined;
  group?: Maybe<string> | undefined;
  /** The device that its packets go by, where the routes do not tell. */
  device?: Maybe<string> | undefined;
  /** Where its packets travel, if not where it is; `.`: where the provider runs. */
  underlay?: Maybe<string> | undefined;
  learning: Maybe<boolean>;
  fdb: Maybe<{ mac?: Maybe<string> | undefined; destination?: Maybe<string> | undefined }[]>;
}

/** What tells one sort of device from others, `type` as `ip -d link` has it. */
export type Link =
  | { type: "veth" | "netkit"; peer: DeviceRef }
  | Bridge
  | Vxlan
  | { type: "bond"; mode: Maybe<string> }
  | { type: "vrf"; table?: Maybe<number> | undefined }
  | { type: "dummy" | "ifb" | "tun" }
  | { type: "ipvlan"; parent?: Maybe<string> | undefined; mode: Maybe<string>; flag: Maybe<string> }
  | { type: "macvlan" | "macvtap"; parent?: Maybe<string> | undefined; mode: Maybe<string> }
  /** Of GRE, IP in IP and the like, by `mode`. */
  | {
      type: "tunnel";
      mode?: Maybe<string> | undefined;
      local?: Maybe<string> | undefined;
      remote?: Maybe<string> | undefined;
      device?: Maybe<string> | undefined;
    }
  | { type: "geneve"; vni?: Maybe<number> | undefined; port: Maybe<number>; remote?: Maybe<string> | undefined }
  | { type: "vlan"; parent?: Maybe<string> | undefined; vid?: Maybe<number> | undefined; protocol: Maybe<string> }
  /** The device of a bridge of Open vSwitch, or of a port of type `internal`. */
  | { type: "ovs"; bridge?: Maybe<string> | undefined };

/** A port of a Linux bridge, as `bridge -d link` and `bridge vlan` have it. */
export interface PortFact {
  says: "port";
  bridge: DeviceRef;
  device: DeviceRef;
  isolated: Maybe<boolean>;
  hairpin: Maybe<boolean>;
  learning: Maybe<boolean>;
  flood: Maybe<boolean>;
  vlans?: Maybe<VlanRange[]> | undefined;
}

/** A port of another sort of device: its host does something else with what comes in there. */
interface MemberFact {
  says: "member";
  controller: DeviceRef;
  device: DeviceRef;
}

/** A port of a bridge of Open vSwitch, in the words of ovs-vswitchd.conf.db(5). */
export interface OvsPortFact {
  says: "ovsPort";
  bridge: DeviceRef;
  name?: Maybe<string> | undefined;
  type: Maybe<string>;
  tag?: Maybe<number> | undefined;
  trunks?: Maybe<Maybe<number>[]> | undefined;
  vlanMode?: Maybe<string> | undefined;
  options: Maybe<Record<string, Maybe<string> | undefined>>;
}

export interface RouteFact {
  says: "route";
  namespace?: Maybe<string> | undefined;
  destination?: Maybe<string> | undefined;
  type: Maybe<string>;
  table: Maybe<number>;
  metric?: Maybe<number> | undefined;
  gateway?: Maybe<string> | undefined;
  device?: Maybe<string> | undefined;
  source?: Maybe<string> | undefined;
  scope?: Maybe<string> | undefined;
  mtu?: Maybe<number> | undefined;
  onLink: Maybe<boolean>;
  nexthops?:
    | Maybe<
        {
          gateway?: Maybe<string> | undefined;
          device?: Maybe<string> | undefined;
          weight?: Maybe<number> | undefined;
        }[]
      >
    | undefined;
  /** It is not there, because a device that it needs is down. */
  waiting: boolean;
}

export interface RuleFact {
  says: "rule";
  namespace?: Maybe<string> | undefined;
  priority?: Maybe<number> | undefined;
  family: Maybe<string>;
  from?: Maybe<string> | undefined;
  to?: Maybe<string> | undefined;
  iif?: Maybe<string> | undefined;
  oif?: Maybe<string> | undefined;
  fwmark?: Maybe<string | number> | undefined;
  table?: Maybe<number> | undefined;
  action: Maybe<string>;
}

export type Fact =
  | { says: "namespace"; name?: Maybe<string> | undefined; loopbackUp: Maybe<boolean> }
  | {
      says: "device";
      device: DeviceRef;
      link: Link;
      up: Maybe<boolean>;
      /** Where left out, the kernel chooses. */
      mac?: Maybe<string> | undefined;
      mtu?: Maybe<number> | undefined;
    }
  | PortFact
  | MemberFact
  | { says: "ovsBridge"; device: DeviceRef; failMode: Maybe<string>; stp: Maybe<boolean>; database: Maybe<string> }
  | OvsPortFact
  | {
      says: "settings";
      device: DeviceRef;
      up?: Maybe<boolean> | undefined;
      mac?: Maybe<string> | undefined;
      mtu?: Maybe<number> | undefined;
    }
  | {
      says: "sysctl";
      namespace?: Maybe<string> | undefined;
      key?: Maybe<string> | undefined;
      value?: Maybe<string> | undefined;
    }
  | {
      says: "address";
      device: DeviceRef;
      /** With the prefix length, as `ip address` takes it. */
      address?: Maybe<string> | undefined;
      peer?: Maybe<string> | undefined;
      scope?: Maybe<string> | undefined;
      noDad: Maybe<boolean>;
    }
  | {
      says: "neighbor";
      device: DeviceRef;
      address?: Maybe<string> | undefined;
      mac?: Maybe<string> | undefined;
      proxy: Maybe<boolean>;
    }
  | RouteFact
  | RuleFact
  | {
      says: "qdisc";
      device: DeviceRef;
      parent: Maybe<string>;
      kind?: Maybe<string> | undefined;
      loss?: Maybe<string> | undefined;
    }
  | {
      /** A proof that is asked for: that packets get there, or do not. */
      says: "asks";
      namespace?: Maybe<string> | undefined;
      to?: Maybe<string> | undefined;
      protocol: Maybe<string>;
      port?: Maybe<number> | undefined;
      reachable: Maybe<boolean>;
    }
  | {
      says: "firewall";
      namespace?: Maybe<string> | undefined;
      family: Maybe<string>;
      name?: Maybe<string> | undefined;
      /** Text for `nft -f`: what is within the braces of the table. */
      rules?: Maybe<string> | undefined;
    };
