import { z } from "zod";
import type { Fault } from "../core/check";
import { ipAddress } from "../core/fields";
import { canonicalIp, familyOf, isMulticast } from "../core/ip";
import { whole } from "../core/numbers";
import { tos, tosOf, tosWord, ttl } from "../core/tunnelFields";
import { changeDevice, markDevice, newDevice } from "../kernel/device";
import type { Link } from "../kernel/linkRow";
import { ip, type Step } from "../kernel/step";
import { DF } from "../kernel/tunnelWords";
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
import { type DeepPartial, defineKind } from "./kind";

const WAYS = Object.keys(DF) as [keyof typeof DF];

const inputs = z.strictObject({
  ...deviceInputs,
  mtu: deviceInputs.mtu
    .unwrap()
    .optional()
    .meta({
      description:
        "The largest packet in bytes, 68 to 65535. Absent: what the device that leads to `remote` leaves room for (50 bytes less, " +
        `70 with IPv6), else 1500. ${LEFT_OUT}`,
      unsetReplaces: true,
    }),
  vni: whole(0, 16_777_215, ", a virtual network identifier (RFC 8926)").meta({
    description: "The virtual network identifier, 0 to 16777215 (RFC 8926), the same at both ends.",
    replaces: true,
  }),
  remote: ipAddress().meta({
    description:
      "The address of the other end, which gets all that is sent. One of the other family replaces the resource.",
    replacesFrom: (before: unknown, value: unknown) => isIp6(before) !== isIp6(value),
  }),
  port: whole(1, 65535, ", a UDP port").optional().meta({
    description: "The UDP port, the same at both ends. Default: 6081, that of RFC 8926.",
    kernelDefault: 6081,
    replaces: true,
  }),
  ttl: ttl(0)
    .optional()
    .meta({
      description:
        "The time to live of its packets, 1 to 255, or `inherit`: that of what is carried; 0: the kernel's own, that of other " +
        "packets of the host. Default: 0.",
      kernelDefault: 0,
    }),
  tos: tos()
    .optional()
    .meta({
      description:
        "The type of service of its packets (in IPv6 the traffic class), the whole byte, even, or `inherit`: that of what is " +
        "carried. Default: 0.",
      kernelDefault: 0,
    }),
  df: z
    .enum(WAYS, { error: `must be ${WAYS.join(", ")}` })
    .optional()
    .meta({
      description:
        "Whether its packets in IPv4 must not be fragmented on the way: `unset` they may be, `set` they must not, `inherit` as what " +
        "is carried says. Default: `unset`.",
      kernelDefault: "unset",
    }),
});

const outputs = inputs.extend({ ...deviceOutputs, ...always(inputs.shape, ["port", "ttl", "tos", "df"]) });

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;

export const geneve = defineKind({
  ...deviceKind("geneve"),
  facts: ({ vni, port = 6081, remote, ...own }) => [deviceFact(own, { type: "geneve", vni, port, remote })],
  type: "Geneve",
  description:
    "A device that carries Ethernet frames to one other host in UDP packets by GENEVE, see ip-link(8) and RFC 8926. It takes what " +
    "comes from `remote` with its `vni` alone. Needs a kernel with CONFIG_GENEVE. Its alias is the stack's ownership mark (`ip link` " +
    "shows it).",
  example: `import * as netns from "pulumi-netns";

const site = new netns.Namespace("site");
const gnv0 = new netns.Geneve("gnv0", {
  namespace: site.name,
  vni: 100,
  remote: "192.0.2.2",
  ttl: "inherit",
});
export const mtu = gnv0.mtu;`,
  inputs,
  outputs,
  crossCheck,
  observe: (kernel, where, mark) => seeDevice("geneve", kernel, where, mark, read),
  plan: (want, have, mark) => {
    if (have) return [...changeDevice(want, have), ...change(want, have)];
    const type = ["type", "geneve", "id", String(want.vni), ...Object.values(options(want)).flat()];
    const port = want.port === undefined ? [] : ["dstport", String(want.port)];
    return [
      ip(want.namespace, "make the device", ["link", "add", ...newDevice(want, mark), ...type, ...port]),
      markDevice(want, mark),
    ];
  },
  adopt: (state) => withoutDefaults(inputs, state, { mtu: [1500, 1450, 1430] }),
});

function crossCheck(want: DeepPartial<Inputs>): Fault[] {
  const { remote } = want;
  if (remote === undefined) return [];
  if (isMulticast(remote)) return [{ path: ["remote"], reason: "is a multicast address: GENEVE leads to one host" }];
  return familyOf(remote) === "inet6" && "df" in want
    ? [{ path: ["df"], reason: "is only for IPv4: packets of IPv6 are never fragmented on the way" }]
    : [];
}

/** An address that is not known yet is taken for one of the same family. */
const isIp6 = (address: unknown) => typeof address === "string" && familyOf(address) === "inet6";

function read({ linkinfo }: Link) {
  const { id, remote, remote6, port, ttl: shown, tos: service, df } = linkinfo?.info_data ?? {};
  const address = String(remote ?? remote6 ?? "");
  return {
    vni: Number(id),
    remote: canonicalIp(address) ?? address,
    port: Number(port),
    ttl: shown === undefined ? ("inherit" as const) : Number(shown),
    tos: tosOf(service),
    df: df as keyof typeof DF,
  };
}

/** By the property that they are for. */
function options({ remote, ttl: its, tos: service, df }: Partial<Inputs>): Record<string, string[]> {
  return {
    remote: remote === undefined ? [] : ["remote", remote],
    ttl: its === undefined ? [] : ["ttl", String(its)],
    tos: service === undefined ? [] : ["tos", tosWord(service)],
    df: df === undefined ? [] : ["df", df],
  };
}

function change(want: Inputs, have: State): Step[] {
  const [now, before] = [options(want), options(have)];
  const differing = Object.keys(now).filter((key) => now[key]?.length && now[key].join(" ") !== before[key]?.join(" "));
  if (differing.length === 0) return [];
  // `ip` asks for the other end with each change.
  const all = [...new Set(["remote", ...differing])].flatMap((key) => now[key] ?? []);
  const words = ["link", "set", "dev", want.name, "type", "geneve", "id", String(want.vni), ...all];
  return [ip(want.namespace, `set ${differing.join(", ")}`, words, differing.slice(0, 1))];
}
