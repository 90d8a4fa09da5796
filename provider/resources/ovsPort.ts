import { z } from "zod";
import type { Fault } from "../core/check";
import { flag, ifName } from "../core/fields";
import { longName, textMap, tooLong } from "../core/names";
import { modeToSay, newVlans, ovsVlanFaults, vlanCommands, vlanInputs, vlansOf } from "../core/ovsVlans";
import { DEVICE_NAME } from "../core/rules";
import type { Kernel } from "../kernel/kernel";
import { isUp, showLink } from "../kernel/link";
import type { Link } from "../kernel/linkRow";
import { randomMac } from "../kernel/mark";
import { mapCommands, marking, type OvsPlace, ovs, quoted, showOvs } from "../kernel/ovs";
import type { OvsInterfaceRow } from "../kernel/ovsTables";
import type { Step } from "../kernel/step";
import { affectedParts } from "../kernel/takenAlong";
import { always, deviceFact, deviceInputs, withoutDefaults } from "./device";
import { type DeepPartial, defineKind, named, type Seen } from "./kind";
import {
  DATABASE_FORM,
  markOvsDevice,
  ovsBridges,
  ovsId,
  ovsInputs,
  placeIn,
  requestMtu,
  setUp,
  splitOvsId,
  takingAway,
  together,
  whyDead,
  withoutRecord,
} from "./ovs";

const TYPES = ["system", "internal", "patch", "vxlan", "gre"] as const;
type Type = (typeof TYPES)[number];
/** The option that a type cannot do without. */
const NEEDED: Partial<Record<Type, [option: string, what: string]>> = {
  patch: ["peer", "the name of the patch port on the other bridge"],
  vxlan: ["remote_ip", "the address of the other end"],
  gre: ["remote_ip", "the address of the other end"],
};
/** The most bytes of a name that is no device's: none is said, but that of a file is enough. */
const LONGEST = 255;

const inputs = z.strictObject({
  bridge: ifName().meta({ description: "The name of the OvsBridge.", replaces: true }),
  name: longName(LONGEST).meta({
    description:
      "The port's name. Of type `system`: that of a device that is there, such as the end of a VethPair; of type " +
      `\`internal\`: that of the new device. For both ${DEVICE_NAME}; for others the same, but at most ${LONGEST} bytes.`,
    replaces: true,
  }),
  ...ovsInputs,
  type: z
    .enum(TYPES, { error: `must be one of ${TYPES.join(", ")}` })
    .optional()
    .meta({
      description:
        "What is behind it: `system`, an existing device; `internal`, a new device of the host; `patch`, another " +
        "bridge; `vxlan` or `gre`, a tunnel. Default: `system`.",
      kernelDefault: "system",
      replaces: true,
    }),
  ...vlanInputs,
  options: textMap()
    .optional()
    .meta({
      description:
        "What the type needs, keys of `options` in table Interface of ovs-vswitchd.conf.db(5): `peer` of a `patch`, " +
        "`remote_ip` and `key` of a tunnel. What the program does not name is left as it is.",
    }),
  mac: deviceInputs.mac.meta({
    description: "The MAC address of the device, of type `internal` alone. Absent: a random one.",
    kernelDefault: randomMac,
  }),
  mtu: deviceInputs.mtu.meta({
    description:
      "The largest packet of the device in bytes, 68 to 65535, of type `internal` alone. Absent: 1500, or the least of " +
      "the bridge's other ports.",
    kernelDefault: 1500,
  }),
  up: flag()
    .default(true)
    .meta({
      description:
        "Whether the device is up, of type `internal`. For other types it is always true: whatever makes the " +
        "device sets its state. Default: true.",
    }),
});

const outputs = inputs.extend({
  ...always(inputs.shape, ["type", "tag", "trunks"]),
  options: textMap().meta({ description: "All of its options." }),
  mac: z.string().optional().meta({ description: "The MAC address of the device, of type `internal`." }),
  mtu: z.int().optional().meta({ description: "The largest packet of the device in bytes, of type `internal`." }),
  ofport: z.int().meta({ description: "Its number in OpenFlow." }),
  uuid: z.string().meta({ description: "The uuid of its record in the database." }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;
interface Where extends OvsPlace {
  bridge: string;
  name: string;
  /** For the one type whose device must not be there yet. */
  type?: "internal";
}

export const ovsPort = defineKind({
  type: "OvsPort",
  description:
    "A port of an OvsBridge, see ovs-vsctl(8) and ovs-vswitchd.conf.db(5): an existing device, a new device of " +
    "the host, a patch to another bridge, or a tunnel. The stack's ownership mark is in its `external_ids`. Delete " +
    "removes the port from the bridge; a device of type `system` stays.",
  example: `import * as netns from "pulumi-netns";

const br0 = new netns.OvsBridge("br0", { datapathType: "netdev" });
const pc = new netns.Namespace("pc");
const cable = new netns.VethPair("cable", { a: { name: "eth0", namespace: pc.name }, b: { name: "port0" } });
new netns.OvsPort("port0", { bridge: br0.name, name: cable.b.name, tag: 10 });
const host = new netns.OvsPort("host", { bridge: br0.name, name: "host0", type: "internal", tag: 10 });
export const ofport = host.ofport;`,
  inputs,
  outputs,
  crossCheck,
  devices: (want) => (typeOf(want) === "internal" ? [named(want, "name")] : []),
  on: (want) => [named(want, "bridge"), ...(typeOf(want) === "system" ? [named(want, "name")] : [])],
  claim: (want) => named(want, "name"),
  idForm: `NAMESPACE/BRIDGE/NAME (BRIDGE/NAME without a namespace; ${DATABASE_FORM})`,
  id: (want) => ovsId(want, want.bridge, want.name),
  parseId(id): Where | undefined {
    const { parts = [], ...place } = splitOvsId(id, 2) ?? {};
    const bridge = ifName().safeParse(parts[0]).data;
    const name = longName(LONGEST).safeParse(parts[1]).data;
    return bridge === undefined || name === undefined || bridge === name || name.includes("\\")
      ? undefined
      : { ...place, bridge, name };
  },
  where: ({ bridge, name, namespace, database, type }): Where => ({
    ...{ bridge, name, namespace, database },
    ...(type === "internal" && { type }),
  }),
  observe,
  plan: (want, have, mark) => (have ? change(want, have) : make(want, mark)),
  remove: (have, seen) => seen.removal?.() ?? [del(have)],

  preview: () => ({}),
  adopt: (state) =>
    withoutDefaults(inputs, { ...state, vlanMode: modeToSay(state) }, { options: [{}], trunks: [[]], vlanMode: [] }),
  holdsUp: ({ up }) => up === false,
  affects: ({ namespace, name, ...have }, want) => affectedParts({ namespace, name }, have, want),
  facts: ({ namespace, bridge, name, type = "system", tag, trunks, vlanMode, options = {}, up, mac, mtu }) => [
    ...(type === "internal" ? [deviceFact({ namespace, name, up, mac, mtu }, { type: "ovs", bridge })] : []),
    { says: "ovsPort", bridge: { namespace, name: bridge }, name, type, tag, trunks, vlanMode, options },
  ],
  called: ({ bridge, name }) => [name, `${bridge}-${name}`],
  bearsMark: true,
  identity: [["uuid"]],
  async list(kernel, query) {
    const all = await ovsBridges(kernel, query);
    return all.flatMap(({ namespace, database, bridge }) =>
      database.ports
        .filter(({ uuid, name, isFakeBridge }) => bridge.ports.includes(uuid) && name !== bridge.name && !isFakeBridge)
        .map(({ name }) => ovsId({ namespace }, bridge.name, name)),
    );
  },
});

async function observe(kernel: Kernel, where: Where, mark?: string): Promise<Seen<State> | undefined> {
  const { name, namespace } = where;
  const [database, link] = await Promise.all([showOvs(kernel, where), showLink(kernel, namespace, name)]);
  const row = database.ports.find((one) => one.name === name);
  if (!row) {
    const what = `a device ${ovsId(where, name)} that is no port of Open vSwitch`;
    return link && where.type === "internal" ? withoutRecord(where, link, what) : undefined;
  }
  const bridge = database.bridges.find(({ ports }) => ports.includes(row.uuid))?.name ?? "";
  const owner = row.mark === undefined ? {} : { mark: row.mark };
  const [own, ...others] = database.interfaces.filter(({ uuid }) => row.interfaces.includes(uuid));
  const type = own && TYPES.find((one) => one === (own.type || "system"));
  const id = ovsId(where, bridge, name);
  const isElsewhere = bridge !== where.bridge && (mark === undefined || row.mark !== mark);
  if (!own || !type || others.length > 0 || own.name !== name || row.isFakeBridge || bridge === name || isElsewhere) {
    return { ...owner, device: where, what: `the port ${id} of Open vSwitch${type ? "" : ", of another type"}` };
  }
  const { isServed } = database;
  const removal = () =>
    takingAway(del(where), isServed, type === "internal" ? { ...where, link, row: own } : undefined);
  const dead = whyDead(own, hasDevice(type) ? link : "none", { isServed, todo: todoFor(type) });
  if (dead) {
    const what = `the record of an OVS port ${id} without what it is to`;
    return { ...owner, what, leftover: removal(), notReady: { fatal: true, ...dead } };
  }
  const state: State = {
    ...placeIn(where),
    ...{ bridge, name, type, ...vlansOf(row), options: own.options },
    ...deviceOf(type, link),
    ...{ ofport: numberOf(own), uuid: row.uuid },
  };
  return { ...owner, state, what: `the OVS port ${id}`, removal };
}

function numberOf({ ofport = 0 }: OvsInterfaceRow): number {
  return ofport;
}

function hasDevice(type: Type): boolean {
  return type === "system" || type === "internal";
}

function deviceOf(type: Type, link: Link | undefined): Pick<State, "mac" | "mtu" | "up"> {
  return type === "internal" && link ? { mac: link.address, mtu: link.mtu, up: isUp(link) } : { up: true };
}

function todoFor(type: Type): string {
  if (type === "system") {
    return "Make the device first, in the namespace that ovs-vswitchd runs in, and take its name from that resource (`link.b.name`).";
  }
  if (type === "internal") return "Choose another name, or give as `namespace` the one that ovs-vswitchd runs in.";
  return "Give `options` as ovs-vswitchd.conf.db(5) has them for that type; the log of ovs-vswitchd says more.";
}

function make(want: Inputs, mark: string): Step[] {
  const { bridge, name, type, mac, mtu } = want;
  const record = ["Interface", name];
  const commands = [
    ["add-port", bridge, name],
    ["set", "Port", name, marking(mark), ...newVlans(want)],
    ...(type === undefined || type === "system" ? [] : [["set", ...record, `type=${type}`]]),
    ...mapCommands(record, "options", want.options),
    ...(mac === undefined ? [] : [["set", ...record, `mac=${quoted(mac)}`]]),
    ...(mtu === undefined ? [] : [requestMtu(name, mtu)]),
  ];
  return [ovs(want, "add the port", commands, ["name"]), ...(type === "internal" ? [markOvsDevice(want, mark)] : [])];
}

/** One transaction for all that differs. */
function change(want: Inputs, have: State): Step[] {
  const differs = (key: keyof Inputs) => want[key] !== undefined && want[key] !== have[key];
  const { name, mac, mtu } = want;
  const commands: Partial<Record<keyof Inputs, string[][]>> = {
    ...vlanCommands(name, want, have),
    options: mapCommands(["Interface", name], "options", want.options, have.options),
    mac: differs("mac") ? [["set", "Interface", name, `mac=${quoted(String(mac))}`]] : [],
    mtu: differs("mtu") ? [requestMtu(name, Number(mtu))] : [],
  };
  return [...together(want, "change the port", commands), ...(want.up === have.up ? [] : [setUp(want)])];
}

function del(place: Where | State): Step {
  return ovs(place, "remove the port", [["del-port", place.name]]);
}

/** Undefined as long as it is not known. */
function typeOf(want: DeepPartial<Inputs>): Type | undefined {
  return "type" in want ? want.type : "system";
}

function crossCheck(want: DeepPartial<Inputs>): Fault[] {
  const { name, bridge, options } = want;
  const type = typeOf(want);
  const faults: Fault[] = [];
  const refuse = (reason: string, ...path: Fault["path"]) => faults.push({ path, reason });
  if (name?.includes("\\")) refuse("must not contain `\\`, which Open vSwitch takes for a path", "name");
  else if (name !== undefined && name === bridge) refuse("is the bridge itself, which has a port of its own", "name");
  else if (type && hasDevice(type)) {
    const reason = name && tooLong(name);
    if (reason) refuse(`${reason}, which the device of a port of type \`${type}\` has`, "name");
  }
  const [needed, what] = (type && NEEDED[type]) ?? [];
  const isOpen = "options" in want && options === undefined;
  if (needed && !isOpen && !(needed in (options ?? {}))) {
    refuse(`must have \`${needed}\`, ${what}, with type \`${type}\``, "options");
  }
  if (type && type !== "internal") {
    for (const key of ["mac", "mtu"] as const) if (key in want) refuse("is only for type `internal`", key);
    if (want.up === false) refuse("is only for type `internal`", "up");
  }
  return [...faults, ...ovsVlanFaults(want)];
}
