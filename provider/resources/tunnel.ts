import { z } from "zod";
import { flag, ifName, ipAddress } from "../core/fields";
import { encapLimit, tos, ttl, tunnelKey } from "../core/tunnelFields";
import { tunnelFaults } from "../core/tunnelRules";
import { carriesFrames, isOver6, overheadOf, TUNNEL_MODES, type TunnelMode } from "../core/tunnels";
import { changeDevice, type DevicePlace, markDevice, newDevice } from "../kernel/device";
import { randomMac } from "../kernel/mark";
import { ip } from "../kernel/step";
import { changeTunnel, isFallBack, readTunnel, tunnelWords } from "../kernel/tunnel";
import {
  always,
  deviceFact,
  deviceInputs,
  deviceKind,
  deviceOutputs,
  LEFT_OUT,
  seeDevice,
  withoutDefaults,
} from "./device";
import { defineKind, namedIfGiven, type Seen } from "./kind";

const SORT = { called: "tunnel", types: TUNNEL_MODES };
const USUAL_LIMIT = 4;
const USUAL_MTU = 1500;

const inputs = z.strictObject({
  ...deviceInputs,
  mac: deviceInputs.mac.unwrap().optional().meta({
    description:
      "The device's MAC address, not a multicast one, of a `gretap` or `ip6gretap`. Absent: a random one that the kernel gives.",
    kernelDefault: randomMac,
  }),
  mtu: deviceInputs.mtu
    .unwrap()
    .optional()
    .meta({
      description:
        "The largest packet in bytes, 68 to 65535. Absent: what the device that leads to `remote` leaves room for beside the " +
        "headers of the tunnel, such as 1476 of a `gre` over a device with 1500. " +
        LEFT_OUT,
      unsetReplaces: true,
    }),
  mode: z
    .enum(TUNNEL_MODES, { error: `must be ${TUNNEL_MODES.join(", ")}` })
    .meta({ id: "TunnelMode", description: "What travels in what, as ip-link(8) calls the types." })
    .meta({
      description:
        "What travels in what: `gre` packets in GRE in IPv4 (RFC 2784), `gretap` Ethernet frames so, `ip6gre` and `ip6gretap` the " +
        "same in IPv6; `ipip` IPv4 in IPv4, `sit` IPv6 in IPv4 (RFC 4213), `ip6tnl` both in IPv6 (RFC 2473).",
      replaces: true,
    }),
  local: ipAddress()
    .optional()
    .meta({
      description:
        "The source address of the packets that it sends; it takes only those that are sent to it. Absent: chosen by the route, and " +
        "it takes them for any address.",
    }),
  remote: ipAddress()
    .optional()
    .meta({
      description:
        "The address of the other end. Absent: it takes packets from anyone, and sends to where a route or a neighbour of it says. " +
        "Setting it first, or removing it later, replaces the resource.",
      replacesFrom: (before: unknown) => before === undefined,
      unsetReplaces: true,
    }),
  device: ifName().optional().meta({
    description: "The device that its packets leave by, in the same namespace. Absent: chosen by the route.",
    replaces: true,
  }),
  ttl: ttl()
    .optional()
    .meta({
      description:
        "The time to live of its packets (in IPv6 the hop limit), 1 to 255, or `inherit`: that of what is carried. Default: " +
        "`inherit`, in IPv6 64.",
      kernelDefault: ({ mode }: { mode: TunnelMode }) => usualTtl(mode),
    }),
  tos: tos()
    .optional()
    .meta({
      description:
        "The type of service of its packets (in IPv6 the traffic class), the whole byte, even, or `inherit`: that of what is " +
        "carried. Default: 0.",
      kernelDefault: 0,
    }),
  key: tunnelKey()
    .optional()
    .meta({
      description:
        "The key of GRE in both directions (RFC 2890), as a number or four bytes with dots: it tells tunnels between the same hosts " +
        "apart. Absent: none.",
    }),
  ikey: tunnelKey().optional().meta({
    description: "The key that packets must come with, where it is another one than that of what is sent.",
  }),
  okey: tunnelKey().optional().meta({
    description: "The key of what is sent, where it is another one than that of what comes in.",
  }),
  pmtudisc: flag().optional().meta({
    description: "Whether packets in IPv4 must not be fragmented on the way (path MTU discovery). Default: true.",
    kernelDefault: true,
  }),
  encapLimit: encapLimit()
    .optional()
    .meta({
      description:
        "In IPv6, how many more tunnels its packets may go into (RFC 2473), 0 to 255, or `none`: without that header, which takes 8 " +
        "bytes and which some firewalls refuse. Default: 4.",
      kernelDefault: USUAL_LIMIT,
    }),
});

const outputs = inputs.extend({
  ...deviceOutputs,
  ...always(inputs.shape, ["ttl", "tos"]),
  mac: z.string().optional().meta({ description: "The device's MAC address; what carries no frames has none." }),
});

type State = z.output<typeof outputs>;
/** Whether the program gives the keys one by one, be they the same. */
type Where = DevicePlace & { isSplit?: boolean };

export const tunnel = defineKind({
  ...deviceKind(SORT, (link) => !isFallBack(link)),
  facts: ({ mode, local, remote, device, ...own }) => [
    deviceFact(own, { type: "tunnel", mode, local, remote, device }),
  ],
  type: "Tunnel",
  description:
    "A device whose packets travel to another host in packets of IP: GRE, IP in IP and the like, see ip-link(8). It hides nothing and " +
    "proves nothing of who sends. Needs a kernel with CONFIG_NET_IPGRE (`gre`, `gretap`), CONFIG_IPV6_GRE (`ip6gre`, `ip6gretap`), " +
    "CONFIG_NET_IPIP, CONFIG_IPV6_SIT or CONFIG_IPV6_TUNNEL. The devices that come with their modules (gre0, tunl0 …) stay as they " +
    "are. Its alias is the stack's ownership mark (`ip link` shows it).",
  example: `import * as netns from "pulumi-netns";

const site = new netns.Namespace("site");
const uplink = new netns.VethPair("uplink", {
  a: { name: "eth0", namespace: site.name },
  b: { name: "eth1", namespace: site.name },
});
const gre1 = new netns.Tunnel("gre1", {
  namespace: site.name,
  mode: "gre",
  local: "192.0.2.1",
  remote: "192.0.2.2",
  device: uplink.a.name,
  key: 42,
  ttl: 64,
});
new netns.Address("gre1", { namespace: site.name, device: gre1.name, address: "10.0.0.1/30" });
export const mtu = gre1.mtu;`,
  inputs,
  outputs,
  on: (want) => namedIfGiven(want, "device"),
  crossCheck: tunnelFaults,
  where: ({ namespace, name, ikey, okey }): Where => ({
    ...{ namespace, name },
    ...((ikey !== undefined || okey !== undefined) && { isSplit: true }),
  }),
  async observe(kernel, where: Where, mark): Promise<Seen<State> | undefined> {
    let isKernels = false;
    const seen = await seeDevice(SORT, kernel, where, mark, (link) => {
      isKernels = isFallBack(link);
      return readTunnel(link, where.isSplit === true);
    });
    if (!seen?.state) return seen as Seen<State> | undefined;
    const { mac, ...state } = seen.state;
    return {
      ...seen,
      state: { ...state, ...(carriesFrames(state.mode) ? { mac } : {}) },
      ...(isKernels ? { ofKernel: OF_KERNEL } : {}),
    };
  },
  plan: (want, have, mark) => {
    if (have) return [...changeTunnel(want, have), ...changeDevice(want, have)];
    const type = ["type", want.mode, ...tunnelWords(want)];
    return [
      ip(want.namespace, "make the device", ["link", "add", ...newDevice(want, mark), ...type], ["mode"]),
      markDevice(want, mark),
    ];
  },
  adopt: (state) => {
    const { mode, mtu } = state;
    return withoutDefaults(inputs, state, {
      ttl: [usualTtl(mode)],
      mtu: mtu === USUAL_MTU - overhead(state) ? [mtu] : [],
    });
  },
});

const OF_KERNEL = "The kernel has made it together with its module, in every namespace: choose another name.";

function usualTtl(mode: TunnelMode): number | "inherit" {
  return isOver6(mode) ? 64 : "inherit";
}

function overhead({ mode, key, okey = key, encapLimit }: Pick<State, "mode" | "key" | "okey" | "encapLimit">): number {
  return overheadOf(mode, { isKeyed: okey !== undefined, isLimited: encapLimit !== "none" });
}
