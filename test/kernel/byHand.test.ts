import assert from "node:assert/strict";
import { LabStack, mustShowTheSame } from "../support/engine/labStack";
import { asTopology } from "../support/programs/asTopology";
import type { Program, Resource } from "../support/programs/program";
import { hasDummy, hasIfb, hasMacvlan, hasMacvtap, hasTun, hasVlan, hasVxlan } from "../support/suites/kernelOptions";
import { needs } from "../support/suites/needs";

const A = { namespace: "a" };

const pair = (number: number): Resource => ({
  type: "VethPair",
  name: `pair${number}`,
  inputs: {
    a: { ...A, name: `d${number}`, mac: `02:00:00:00:00:1${number}` },
    b: { namespace: "b", name: `e${number}`, mac: `02:00:00:00:00:2${number}` },
  },
});

const DEVICES = [
  pair(0),
  pair(1),
  { type: "Bridge", name: "br0", inputs: { ...A, name: "br0", mac: "02:00:00:00:00:05" } },
  { type: "Bridge", name: "br1", inputs: { ...A, name: "br1", mac: "02:00:00:00:00:06" } },
];
const HANGING = [
  { type: "Address", name: "four", inputs: { ...A, device: "d0", address: "10.0.0.1/24" } },
  { type: "Address", name: "far", inputs: { namespace: "b", device: "e0", address: "10.0.0.2/24" } },
  { type: "Address", name: "six", inputs: { ...A, device: "d0", address: "2001:db8::1/64", noDad: true } },
  { type: "Neighbor", name: "peer", inputs: { ...A, device: "d0", address: "10.0.0.9", mac: "02:00:00:00:00:09" } },
  { type: "Sysctl", name: "filter", inputs: { ...A, key: "net.ipv4.conf.d0.rp_filter", value: 2 } },
  { type: "LinkSettings", name: "queue", inputs: { ...A, device: "lo", mtu: 1400 } },
  { type: "Rule", name: "rule", inputs: { ...A, priority: 500, table: 77 } },
];
/** What is done to each route, in the words of `ip route`. */
const ROUTES = {
  "10.8.DST.0/24": [
    "via 10.0.0.7",
    "dev d1",
    "nexthop via 10.0.0.2 nexthop via 10.0.0.3",
    "blackhole",
    "via inet6 2001:db8::2",
  ],
  "2001:db8:8DST::/48": ["via 2001:db8::7", "dev d1", "blackhole"],
};
const routes = Object.entries(ROUTES).flatMap(([destination, ways]) =>
  ways.map((way, index) => ({ destination: destination.replace("DST", String(index + 1)), way })),
);
const WAYS = routes.map(({ destination }, index) => ({
  type: "Route",
  name: `way${index}`,
  inputs: { ...A, destination, gateway: destination.includes(":") ? "2001:db8::2" : "10.0.0.2" },
}));

/** A lab with some things more, each thing after those that it may hang on. */
function lab(...more: Resource[]): Program {
  const made: Resource[] = ["a", "b"].map((name) => ({ type: "Namespace", name, inputs: { name } }));
  for (const level of [DEVICES, more, HANGING, WAYS]) {
    const after = made.map(({ name }) => name);
    made.push(...level.map((one) => ({ ...one, after })));
  }
  return made;
}

const port = (device: string): Resource => ({
  type: "BridgePort",
  name: `port-${device}`,
  inputs: { ...A, bridge: "br0", device },
});

/** A device of each kind that this kernel has, in no need of others that are changed. */
const OTHERS = Object.entries({
  Dummy: [hasDummy, {}],
  Ifb: [hasIfb, {}],
  Macvlan: [hasMacvlan, { parent: "d1" }],
  Macvtap: [hasMacvtap, { parent: "d1" }],
  Vlan: [hasVlan, { parent: "d1", vlanId: 7 }],
  Vxlan: [hasVxlan, { vni: 7 }],
  Tap: [hasTun, {}],
} as const).flatMap(([type, [isAble, inputs]], index): Resource[] => {
  const own = { ...A, name: `it${index}`, mac: `02:00:00:00:00:3${index}`, ...inputs };
  return isAble ? [{ type, name: `it${index}`, inputs: own }] : [];
});
const toOthers = (words: string) => OTHERS.map(({ name }) => `ip -n a link set ${name} ${words.replace("NAME", name)}`);

/** What somebody does, and what is in the lab besides. */
const HANDS: Record<string, [lines: string[], ...more: Resource[]]> = {
  "marks are written over": [
    [
      ...["ip -n a link set d0 alias mine", "ip -n b link set e1 alias mine", "ip -n a link set br0 alias ''"],
      ...["ip -n a link set lo alias mine", ...toOthers("alias mine")],
    ],
    ...OTHERS,
  ],
  "both marks of a pair are taken away": [["ip -n a link set d0 alias ''", "ip -n b link set e0 alias ''"]],
  "an end is renamed, and one moved": [["ip -n a link set d0 name w0", "ip -n b link set e1 netns a name e9"]],
  "both ends are renamed, and one moved to the host's own namespace": [
    ["ip -n a link set d0 name w0", "ip -n b link set e0 name w1", "ip -n a link set d1 netns $$"],
  ],
  "devices are renamed": [
    ["ip -n a link set br0 down", "ip -n a link set br0 name w0", ...toOthers("down"), ...toOthers("name w-NAME")],
    ...OTHERS,
  ],
  "devices are moved": [toOthers("netns b"), ...OTHERS],
  "ports are put into another bridge, and taken out": [
    ["ip -n a link set d0 master br1", "ip -n a link set d1 nomaster"],
    ...["d0", "d1"].map(port),
  ],
  "a port's device is renamed": [["ip -n a link set d1 name w1"], port("d1")],
  "other routes are in their places": [
    routes.map(({ destination, way }) => {
      const [type = "", ...rest] = way === "blackhole" ? [way] : ["", way];
      return `ip -n a ${destination.includes(":") ? "-6 " : ""}route replace ${type} ${destination} ${rest.join(" ")}`;
    }),
  ],
  "a second way is added to a route of IPv6": [["ip -n a -6 route append 2001:db8:81::/48 via 2001:db8::7"]],
  "a neighbour gets another MAC address, a setting another value": [
    [
      "ip -n a neigh replace 10.0.0.9 lladdr 02:00:00:00:00:99 nud permanent dev d0",
      ...["ip netns exec a sysctl -qw net.ipv4.conf.d0.rp_filter=1", "ip -n a link set lo mtu 1300"],
    ],
  ],
  "a neighbour becomes one that the kernel may forget": [
    ["ip -n a neigh replace 10.0.0.9 lladdr 02:00:00:00:00:99 nud stale dev d0"],
  ],
};

describe("What somebody does by hand to what a stack owns", function () {
  this.timeout(180_000);
  const stacks: LabStack[] = [];
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    stacks.push(await LabStack.start(), await LabStack.start());
  });

  for (const [what, [lines, ...more]] of Object.entries(HANDS)) {
    it(`is seen, and put right in one up: ${what}`, async () => {
      const [touched, fresh] = stacks as [LabStack, LabStack];
      const single = lab(...more);
      for (const program of [single, asTopology(single) as Program]) {
        try {
          await Promise.all([touched.engine.up(program), fresh.engine.up(program)]);
          for (const line of lines) await touched.host.run(["sh", "-c", line]);
          const said = await touched.engine.preview(program);
          assert.notDeepEqual(said, [], "the preview");
          assert.deepEqual(await touched.engine.up(program), said, "the up");
          assert.deepEqual(await touched.engine.up(program), [], "the second up");
          await mustShowTheSame(touched.host, fresh.host, [program]);
          for (const stack of stacks) await stack.destroy();
        } catch (error) {
          await Promise.all(stacks.map((stack) => stack.renew()));
          throw new Error(`${program.length === 1 ? "a Topology" : "single resources"}: ${(error as Error).message}`);
        }
      }
    });
  }

  after(() => Promise.all(stacks.map((stack) => stack.stop())));
});
