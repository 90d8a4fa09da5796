import { z } from "zod";
import type { Fault } from "../core/check";
import { flag, ifName } from "../core/fields";
import { textMap } from "../core/names";
import type { Kernel } from "../kernel/kernel";
import { isUp, showLink } from "../kernel/link";
import { macOf, randomMac } from "../kernel/mark";
import { mapCommands, marking, type OvsPlace, ovs, showOvs } from "../kernel/ovs";
import type { Step } from "../kernel/step";
import { affectedParts } from "../kernel/takenAlong";
import { always, deviceFact, deviceInputs, deviceOutputs, ref, withoutDefaults } from "./device";
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

const DATAPATHS = ["system", "netdev"] as const;
const FAIL_MODES = ["standalone", "secure"] as const;
/** The key of other_config that `mac` is. */
const HWADDR = "hwaddr";

const inputs = z.strictObject({
  name: deviceInputs.name.meta({
    description:
      "The bridge's name, and that of its device, at most 15 bytes. Defaults to the resource's logical name, without a " +
      "random suffix.",
    replaces: true,
  }),
  ...ovsInputs,
  datapathType: z
    .enum(DATAPATHS, { error: `must be ${DATAPATHS.join(" or ")}` })
    .optional()
    .meta({
      description:
        "What forwards the frames: `system`, the kernel's module openvswitch, or `netdev`, ovs-vswitchd itself, which " +
        "needs no module but /dev/net/tun. Default: `system`.",
      kernelDefault: "system",
      replaces: true,
    }),
  failMode: z
    .enum(FAIL_MODES, { error: `must be ${FAIL_MODES.join(" or ")}` })
    .optional()
    .meta({
      description:
        "What it does without a controller: `standalone`, forward as a switch that learns, or `secure`, only as its flows " +
        "say. Default: `standalone`.",
      kernelDefault: "standalone",
    }),
  stp: flag().optional().meta({
    description: "Whether it takes part in the spanning tree protocol (IEEE 802.1D). Default: false.",
    kernelDefault: false,
  }),
  otherConfig: textMap()
    .optional()
    .meta({
      description:
        "Other settings, keys of `other_config` in table Bridge of ovs-vswitchd.conf.db(5). What the program does not name " +
        "is left as it is.",
    }),
  mac: deviceInputs.mac.meta({
    description:
      "The MAC address of the bridge's device, not a multicast one. Absent: a random one, which stays, whatever its " +
      "ports' are.",
    kernelDefault: randomMac,
  }),
  mtu: deviceInputs.mtu.meta({
    description:
      "The largest packet of the bridge's device in bytes, 68 to 65535. Absent: 1500, or the least of its ports' when it has any.",
    kernelDefault: 1500,
  }),
  up: flag().default(true).meta({ description: "Whether the bridge's device is up. Default: true." }),
});

const outputs = inputs.extend({
  ...always(inputs.shape, ["datapathType", "failMode", "stp"]),
  otherConfig: textMap().meta({ description: "All of its other settings." }),
  ...deviceOutputs,
  uuid: z.string().meta({ description: "The uuid of its record in the database." }),
});

type Inputs = z.output<typeof inputs>;
type State = z.output<typeof outputs>;
interface Where extends OvsPlace {
  name: string;
}

export const ovsBridge = defineKind({
  type: "OvsBridge",
  description:
    "A bridge of Open vSwitch: a switch in software with VLANs, tunnels and OpenFlow, see ovs-vsctl(8) and " +
    "ovs-vswitchd.conf.db(5). Devices join it by an OvsPort each. Needs Open vSwitch on the host, with its ovsdb-server " +
    "and ovs-vswitchd running. The stack's ownership mark is in its `external_ids`.",
  example: `import * as netns from "pulumi-netns";

const br0 = new netns.OvsBridge("br0", { datapathType: "netdev", stp: true });
const pc = new netns.Namespace("pc");
const cable = new netns.VethPair("cable", { a: { name: "eth0", namespace: pc.name }, b: { name: "port0" } });
new netns.OvsPort("port0", { bridge: br0.name, name: cable.b.name, tag: 10 });
export const mac = br0.mac;`,
  inputs,
  outputs,
  autoname: "name",
  crossCheck,
  devices: (want) => [named(want, "name")],
  idForm: `NAMESPACE/NAME (NAME alone without a namespace; ${DATABASE_FORM})`,
  id: (want) => ovsId(want, want.name),
  parseId(id): Where | undefined {
    const { parts = [], ...place } = splitOvsId(id, 1) ?? {};
    const name = ifName().safeParse(parts[0]).data;
    return name === undefined || name.includes("\\") ? undefined : { ...place, name };
  },
  where: ({ name, namespace, database }): Where => ({ name, namespace, database }),
  observe,
  plan: (want, have, mark) => (have ? change(want, have) : make(want, mark)),
  remove: (have, seen) => seen.removal?.() ?? [del(have)],

  preview: () => ({}),
  adopt: (state) => withoutDefaults(inputs, state, { otherConfig: [{}] }),
  holdsUp: ({ up }) => up === false,
  affects: ({ namespace, name, ...have }, want) => affectedParts({ namespace, name }, have, want),
  facts: ({ failMode = "standalone", stp = false, database = "", ...device }) => [
    deviceFact(device, { type: "ovs", bridge: device.name }),
    { says: "ovsBridge", device: ref(device), failMode, stp, database },
  ],
  bearsMark: true,
  identity: [["uuid"]],
  async list(kernel, query) {
    const all = await ovsBridges(kernel, query);
    return all.map(({ namespace, bridge }) => ovsId({ namespace }, bridge.name));
  },
});

async function observe(kernel: Kernel, where: Where): Promise<Seen<State> | undefined> {
  const { name, namespace } = where;
  const [database, link] = await Promise.all([showOvs(kernel, where), showLink(kernel, namespace, name)]);
  const row = database.bridges.find((one) => one.name === name);
  const id = ovsId(where, name);
  if (!row) return link && withoutRecord(where, link, `a device ${id} that is no bridge of Open vSwitch`);
  const owner = row.mark === undefined ? {} : { mark: row.mark };
  const own = database.interfaces.find((one) => one.name === name);
  const removal = () => takingAway(del(where), database.isServed, { ...where, link, row: own });
  const todo =
    row.datapathType === "netdev"
      ? "Give as `namespace` the one that ovs-vswitchd runs in; it needs /dev/net/tun, and its log says more."
      : "Load the kernel's part (`modprobe openvswitch`), or set `datapathType` to `netdev`; and give as `namespace` the " +
        "one that ovs-vswitchd runs in.";
  const dead = whyDead(own, link, { isServed: database.isServed, todo });
  if (dead || !link) {
    const what = `the record of an OVS bridge ${id} without its device`;
    return { ...owner, what, leftover: removal(), notReady: { reason: "", fatal: true, ...dead } };
  }
  const { [HWADDR]: _, ...otherConfig } = row.otherConfig;
  const state: State = {
    ...placeIn(where),
    name,
    datapathType: row.datapathType === "netdev" ? "netdev" : "system",
    failMode: row.failMode === "secure" ? "secure" : "standalone",
    stp: row.stp,
    otherConfig,
    ...{ mac: link.address, mtu: link.mtu, up: isUp(link), ifindex: link.ifindex },
    uuid: row.uuid,
  };
  return { ...owner, state, what: `the OVS bridge ${id}`, removal };
}

function make(want: Inputs, mark: string): Step[] {
  const record = ["Bridge", want.name];
  const { datapathType, failMode, stp } = want;
  const set = [
    marking(mark),
    ...(datapathType === undefined ? [] : [`datapath_type=${datapathType}`]),
    ...(failMode === undefined ? [] : [`fail_mode=${failMode}`]),
    ...(stp === undefined ? [] : [`stp_enable=${stp}`]),
  ];
  const commands = [
    ["add-br", want.name],
    ["set", ...record, ...set],
    // Without one of its own it would take that of a port, now of this one, now of that.
    ...mapCommands(record, "other_config", { ...want.otherConfig, [HWADDR]: want.mac ?? macOf(mark, want) }),
    ...(want.mtu === undefined ? [] : [requestMtu(want.name, want.mtu)]),
  ];
  return [ovs(want, "make the bridge", commands, ["name"]), markOvsDevice(want, mark)];
}

/** One transaction for all that differs. */
function change(want: Inputs, have: State): Step[] {
  const record = ["Bridge", want.name];
  const differs = (key: keyof Inputs) => want[key] !== undefined && want[key] !== have[key];
  const commands: Partial<Record<keyof Inputs, string[][]>> = {
    failMode: differs("failMode") ? [["set", ...record, `fail_mode=${want.failMode}`]] : [],
    stp: differs("stp") ? [["set", ...record, `stp_enable=${want.stp}`]] : [],
    otherConfig: mapCommands(record, "other_config", want.otherConfig, have.otherConfig),
    mac: differs("mac") ? mapCommands(record, "other_config", { [HWADDR]: want.mac }) : [],
    mtu: differs("mtu") ? [requestMtu(want.name, Number(want.mtu))] : [],
  };
  return [...together(want, "change the bridge", commands), ...(want.up === have.up ? [] : [setUp(want)])];
}

function del(place: Where): Step {
  return ovs(place, "remove the bridge", [["del-br", place.name]]);
}

function crossCheck({ name, otherConfig }: DeepPartial<Inputs>): Fault[] {
  return [
    ...(name?.includes("\\")
      ? [{ path: ["name"], reason: "must not contain `\\`, which Open vSwitch takes for a path" }]
      : []),
    ...(otherConfig && HWADDR in otherConfig ? [{ path: ["otherConfig", HWADDR], reason: "is what `mac` sets" }] : []),
  ];
}
