import { z } from "zod";
import type { Fault } from "../core/check";
import { flag, ifName, ipAddress, mac, mtu, netnsRef, netnsRefOrOwn, providerRef } from "../core/fields";
import { familyOf, isMulticast } from "../core/ip";
import { whole } from "../core/numbers";
import { DEVICE_NAME, OWN } from "../core/rules";
import { hasUnknown, type Json, Unknown } from "../core/values";
import { defineComponent, type From, type Maker } from "./component";

const PORT = 4789;
/** What is around a packet on its way: Ethernet 14, VXLAN 8, UDP 8 and IP 20 or 40 (RFC 7348, section 5). */
const OVERHEAD = { inet: 50, inet6: 70 };

const end = z
  .strictObject({
    provider: providerRef().optional().meta({
      replaces: true,
      description: "The provider of the host that this end is on. Absent: that of the link itself.",
    }),
    namespace: netnsRef()
      .optional()
      .meta({
        replaces: true,
        description:
          "The namespace that this end is in: a name under /run/netns, or an absolute path. Absent: the namespace that the " +
          "provider runs in.",
      }),
    name: ifName().meta({ replaces: true, description: `The device's name, ${DEVICE_NAME}.` }),
    mac: mac().optional().meta({
      description: "The device's MAC address, not a multicast one. Absent: a random one that the kernel gives.",
    }),
    up: flag().default(true).meta({ description: "Whether the device is up. Default: true." }),
    local: ipAddress().meta({
      replaces: true,
      description: "The address of this end's host, by which the other end's host reaches it.",
    }),
    device: ifName().optional().meta({
      replaces: true,
      description: "The device of the host that its packets leave by. Absent: chosen by the route.",
    }),
    underlay: netnsRefOrOwn()
      .default(OWN)
      .meta({
        replaces: true,
        description:
          "The namespace that has the address `local`: a name, an absolute path, or `.` for the one that the provider runs in. " +
          "Default: `.`.",
      }),
  })
  .meta({ id: "VxlanLinkEnd", description: "One end of a VxlanLink." });

const madeEnd = z
  .strictObject({
    namespace: z.string().optional().meta({ description: "The namespace that this end is in." }),
    name: z.string().meta({ description: "The device's name." }),
    mac: z.string().meta({ description: "The device's MAC address." }),
    ifindex: z.int().meta({ description: "The device's number in its namespace (`ip link`)." }),
  })
  .meta({ id: "VxlanLinkEndState", description: "One end of a VxlanLink, as the kernel shows it." });

const inputs = z.strictObject({
  a: end.meta({ id: "VxlanLinkEnd", description: "The first end." }),
  b: end.meta({ id: "VxlanLinkEnd", description: "The other end." }),
  vni: whole(0, 16_777_215, ", a VXLAN network identifier (RFC 7348)").meta({
    replaces: true,
    description:
      "The VXLAN network identifier, 0 to 16777215 (RFC 7348): another one for each link between the same hosts.",
  }),
  port: whole(1, 65535, ", a UDP port")
    .default(PORT)
    .meta({ replaces: true, description: "The UDP port, the same on both hosts. Default: 4789, that of RFC 7348." }),
  mtu: mtu()
    .optional()
    .meta({
      description:
        "The largest packet in bytes, 68 to 65535, the same at both ends. Absent: what the path between the hosts leaves room " +
        "for, which is 50 bytes less than the smaller of its ends carries, 70 with IPv6. A preview with `netns:offline` cannot know it, and " +
        "shows it as a change.",
    }),
});

const outputs = z.strictObject({
  a: madeEnd.meta({ id: "VxlanLinkEndState", description: "The first end." }),
  b: madeEnd.meta({ id: "VxlanLinkEndState", description: "The other end." }),
  mtu: z.int().meta({ description: "The largest packet in bytes." }),
});

type Key = "a" | "b";
const OTHER = { a: "b", b: "a" } as const;
const KEYS = ["a", "b"] as const;

export const vxlanLink = defineComponent({
  type: "VxlanLink",
  description:
    "A cable between two hosts: two Vxlan, each of which sends all it gets to the other, in UDP packets, and to nobody " +
    "else. It learns nothing from what comes in, so no stranger can draw frames to himself; but VXLAN neither hides nor " +
    "signs what it carries, so where strangers can send to the hosts, filter the UDP port there. Each end has a provider of its " +
    'own (`new netns.Provider("lab1", { host: "ssh://lab1" })`), or both the same one.',
  example: `import * as netns from "pulumi-netns";

const lab1 = new netns.Provider("lab1", { host: "ssh://lab1" });
const lab2 = new netns.Provider("lab2", { host: "ssh://lab2" });
const h1 = new netns.Namespace("h1", {}, { provider: lab1 });
const h2 = new netns.Namespace("h2", {}, { provider: lab2 });
const cable = new netns.VxlanLink("cable", {
  vni: 42,
  a: { provider: lab1, namespace: h1.name, name: "eth0", local: "192.0.2.1" },
  b: { provider: lab2, namespace: h2.name, name: "eth0", local: "192.0.2.2" },
});
export const mtu = cable.mtu;`,
  inputs,
  outputs,
  crossCheck,
  async construct(want, maker) {
    const own = await mtuOf(want, maker);
    const made = await Promise.all(KEYS.map((key) => makeEnd(key, want, own, maker)));
    // What a preview does not tell is not known yet.
    const [a, b] = made.map(({ namespace, name, mac = Unknown.value, ifindex = Unknown.value }) => ({
      ...{ namespace, name, mac, ifindex },
    }));
    return { a, b, mtu: made[0]?.mtu ?? Unknown.value };
  },
});

function makeEnd(key: Key, want: Json, mtu: From, maker: Maker): Promise<Json> {
  const own = want[key] as Json;
  const given = (property: string): From => ({ value: own[property], of: [[key, property]] });
  const both = (property: string): From => ({ value: want[property], of: [[property]] });
  return maker.make({
    type: "Vxlan",
    name: `${maker.name}-${key}`,
    provider: own.provider as string | undefined,
    inputs: {
      ...{ namespace: given("namespace"), name: given("name"), mac: given("mac"), up: given("up"), mtu },
      ...{ vni: both("vni"), port: both("port"), local: given("local"), device: given("device") },
      ...{ underlay: given("underlay"), learning: { value: false, of: [] } },
      remote: { value: (want[OTHER[key]] as Json).local, of: [[OTHER[key], "local"]] },
    },
  });
}

/** What the path leaves room for on its way there and back. */
async function mtuOf(want: Json, maker: Maker): Promise<From> {
  if (want.mtu !== undefined) return { value: want.mtu, of: [["mtu"]] };
  const of = KEYS.flatMap((key) => ["local", "device", "underlay"].map((property) => [key, property]));
  const room = await Promise.all(KEYS.map((key) => roomAt(key, want, maker)));
  const known = room.filter((one) => one !== undefined);
  return { value: known.length < KEYS.length ? Unknown.value : Math.min(...known), of };
}

async function roomAt(key: Key, want: Json, maker: Maker): Promise<number | undefined> {
  const { provider, local, device, underlay } = want[key] as Json;
  const to = (want[OTHER[key]] as Json).local;
  const namespace = underlay === OWN ? undefined : underlay;
  if (hasUnknown([provider, local, device, underlay, to])) return undefined;
  const way = await maker.ask("pathTo", { to, from: local, device, namespace }, provider as string | undefined);
  return way && (way.mtu as number) - OVERHEAD[familyOf(String(to))];
}

function crossCheck({ a = {}, b = {} }: Json): Fault[] {
  const ends: Record<Key, Partial<z.output<typeof end>>> = { a: a as object, b: b as object };
  const faults = KEYS.flatMap((key): Fault[] => {
    const { local } = ends[key];
    const refuse = (reason: string) => [{ path: [key, "local"], reason }];
    if (local === undefined) return [];
    if (isMulticast(local)) return refuse("is a multicast address, which cannot be a host's");
    if (key === "b" && local === ends.a.local) return refuse("is the address of end `a`: each host needs its own");
    return key === "b" && ends.a.local !== undefined && familyOf(local) !== familyOf(ends.a.local)
      ? refuse("is not of the family of end `a`'s")
      : [];
  });
  const isSame = (["provider", "namespace", "name"] as const).every(
    (property) => ends.a[property] === ends.b[property],
  );
  return isSame && ends.a.name !== undefined && !hasOpen(a) && !hasOpen(b)
    ? [
        ...faults,
        { path: ["b", "name"], reason: "is the name of end `a` in the same namespace: the two ends must differ" },
      ]
    : faults;
}

/** Whether something that tells the ends apart is not known yet. */
function hasOpen(end: unknown): boolean {
  return ["provider", "namespace"].some((key) => key in (end as Json) && (end as Json)[key] === undefined);
}
