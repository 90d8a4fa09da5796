import assert from "node:assert/strict";
import fc from "fast-check";
import type { Json } from "../../provider/core/values";
import { LabStack, mustShowTheSame } from "../support/engine/labStack";
import { asTopology } from "../support/programs/asTopology";
import { byName } from "../support/programs/drift";
import type { Program, Resource } from "../support/programs/program";
import { checkScenarios } from "../support/programs/scenario";
import { needs } from "../support/suites/needs";
import { cases } from "../support/suites/soak";

const SCENARIOS = cases(9, 300);

/** Something that is replaced when `it` is another: the resources before and after, and the device that others hang on. */
interface Replaced {
  make(isNew: boolean): Resource[];
  device: string;
  /** The resource that makes the device, and its output that names it. */
  maker: string;
  output: string;
}

/** The output of another resource. */
const out = (path: string) => `\${${path}}`;

const at = { namespace: out("a.name") };
const one = (type: string, inputs: Json): Replaced => ({
  make: (isNew) => [
    { type, name: "x", inputs: { ...at, name: "x0", ...(inputs[isNew ? "after" : "before"] as Json) } },
  ],
  device: "x0",
  maker: "x",
  output: "name",
});

const REPLACED: Record<string, Replaced> = {
  "a pair, by its other end": {
    make: (isNew) => [
      {
        type: "VethPair",
        name: "x",
        inputs: { a: { ...at, name: "x0", mac: "02:00:00:00:33:01" }, b: { ...at, name: isNew ? "y1" : "y0" } },
      },
    ],
    device: "x0",
    maker: "x",
    output: "a.name",
  },
  "a VXLAN, by its number": one("Vxlan", {
    before: { vni: 42, device: "u0", local: "10.9.9.1" },
    after: { vni: 43, device: "u0", local: "10.9.9.1" },
  }),
  "a macvlan, by its mode": one("Macvlan", {
    before: { parent: out("u.a.name"), mode: "bridge" },
    after: { parent: out("u.a.name"), mode: "private" },
  }),
};

/** What can hang on a device; by the device's name, or the output that gives it. */
const HANGING: Record<string, (device: string) => Resource[]> = {
  addresses: (device) => [
    { type: "Address", name: "v4", inputs: { ...at, device, address: "10.1.0.1/24" } },
    { type: "Address", name: "v6", inputs: { ...at, device, address: "2001:db8:1::1/64", noDad: true } },
  ],
  "an address with routes and a neighbour": (device) => [
    { type: "Address", name: "w4", inputs: { ...at, device, address: "10.2.0.1/24" } },
    {
      type: "Route",
      name: "gateway",
      inputs: { ...at, destination: "10.8.0.0/16", gateway: "10.2.0.9" },
      after: ["w4"],
    },
    {
      type: "Route",
      name: "source",
      inputs: { ...at, destination: "10.7.0.0/16", device: "u0", source: "10.2.0.1" },
      after: ["w4"],
    },
    {
      type: "Neighbor",
      name: "peer",
      inputs: { ...at, device, address: "10.2.0.9", mac: "02:00:00:00:00:09" },
      after: ["w4"],
    },
  ],
  "an IPv6 route": (device) => [
    { type: "Address", name: "w6", inputs: { ...at, device, address: "2001:db8:2::1/64", noDad: true } },
    {
      type: "Route",
      name: "six",
      inputs: { ...at, destination: "2001:db8:8::/48", gateway: "2001:db8:2::9" },
      after: ["w6"],
    },
  ],
  settings: (device) => [
    { type: "LinkSettings", name: "queue", inputs: { ...at, device, txQueueLength: 77 } },
    { type: "Sysctl", name: "filter", inputs: { ...at, key: `net.ipv4.conf.${device}.rp_filter`, value: 2 } },
    { type: "Sysctl", name: "router", inputs: { ...at, key: `net.ipv6.conf.${device}.accept_ra`, value: 0 } },
  ],
  qdiscs: (device) => [
    {
      type: "Qdisc",
      name: "root",
      inputs: { ...at, device, handle: "1:", kind: "tbf", tbf: { rate: "1mbit", burst: "32kb", latency: "50ms" } },
    },
    {
      type: "Qdisc",
      name: "leaf",
      inputs: { ...at, device, parent: "1:1", handle: "10:", kind: "pfifo" },
      after: ["root"],
    },
  ],
  "a port": (device) => [
    { type: "BridgePort", name: "port", inputs: { ...at, bridge: out("br.name"), device, hairpin: true } },
  ],
  "a device on it": (device) => [
    { type: "Macvlan", name: "upper", inputs: { ...at, name: "z0", parent: device, mac: "02:00:00:00:33:02" } },
    { type: "Address", name: "uppermost", inputs: { ...at, device: "z0", address: "10.6.0.1/24" }, after: ["upper"] },
  ],
  "a firewall and a rule": (device) => [
    {
      type: "Firewall",
      name: "wall",
      inputs: { ...at, rules: `chain c {\ntype filter hook input priority 0\niif "${device}" drop\n}` },
    },
    { type: "Rule", name: "rule", inputs: { ...at, priority: 500, oif: device, table: 77 } },
  ],
};
/** A macvlan carries none, and is none's port beside them. */
const APART: Record<string, string[]> = { "a macvlan, by its mode": ["a port", "a device on it"] };

/** How a program is written; `count` of its resources are what the others hang on. */
const FORMS: Record<string, (program: Program, count: number) => Program> = {
  "single resources": (program) => program,
  "a Topology": (program) => lab(program),
  "single resources on a Topology": (program, count) => {
    const plain = byName(program);
    const hanging = plain.slice(count).map((one) => {
      const among = (one.after ?? []).filter((name) => plain.slice(count).some((other) => other.name === name));
      return { ...one, after: ["lab", ...among] };
    });
    return [...lab(program.slice(0, count)), ...hanging];
  },
};

function lab(program: Program): Program {
  const topology = asTopology(program);
  assert.ok(topology, "a Topology that Check lets through");
  return topology;
}

const scenarios = fc
  .record({
    form: fc.constantFrom(...Object.keys(FORMS)),
    what: fc.constantFrom(...Object.keys(REPLACED)),
    on: fc.uniqueArray(fc.constantFrom(...Object.keys(HANGING)), { minLength: 1 }),
    byOutput: fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }),
    /** What comes in the run that replaces, and goes with the one after it. */
    isLater: fc.array(
      fc.nat(3).map((number) => number === 0),
      { minLength: 20, maxLength: 20 },
    ),
  })
  .map(({ form, what, on, byOutput, isLater }): [Program, Program, Program] => {
    const { make, device, maker, output } = REPLACED[what] as Replaced;
    // A port is no place for what else a device carries.
    const hanging = on.filter(
      (name) => !APART[what]?.includes(name) && !(name === "a device on it" && on.includes("a port")),
    );
    const things = hanging.flatMap((name) => HANGING[name]?.(device) ?? []);
    const later = new Set<string>();
    for (const [index, { name, after = [] }] of things.entries())
      if (isLater[index] || after.some((other) => later.has(other))) later.add(name);
    const resources = (isNew: boolean): Program => [
      { type: "Namespace", name: "a", inputs: { name: "a" } },
      { type: "VethPair", name: "u", inputs: { a: { ...at, name: "u0" }, b: { ...at, name: "u1" } } },
      { type: "Address", name: "under", inputs: { ...at, device: out("u.a.name"), address: "10.9.9.1/24" } },
      { type: "Bridge", name: "br", inputs: { ...at, name: "br0" } },
      ...make(isNew).map((one) => ({ ...one, after: ["under"] })),
      ...things.flatMap((thing, index): Resource[] => {
        if (!isNew && later.has(thing.name)) return [];
        const isNamed = thing.inputs.device === device && byOutput[index];
        const inputs = isNamed ? { ...thing.inputs, device: out(`${maker}.${output}`) } : thing.inputs;
        return [{ ...thing, inputs, after: [maker, "under", ...(thing.after ?? [])] }];
      }),
    ];
    const program = (isNew: boolean) => FORMS[form]?.(resources(isNew), 5) ?? [];
    return [program(false), program(true), program(false)];
  });

describe("What the kernel takes along with a device that is replaced", function () {
  this.timeout(0);
  const stacks: LabStack[] = [];
  before(needs("root", "nsenter", "ip", "nft"));
  before(async () => {
    stacks.push(await LabStack.start(), await LabStack.start());
  });

  it(`is there again after one up, which the preview has said, ${SCENARIOS} times`, async () => {
    const [edited, fresh] = stacks as [LabStack, LabStack];
    const end = "each preview must say what the up does, which must end as a fresh one, and a second up do nothing";
    await checkScenarios(scenarios, { count: SCENARIOS, end }, async (programs) => {
      try {
        await edited.engine.up(programs[0]);
        for (const program of programs.slice(1)) {
          const said = await edited.engine.preview(program);
          await fresh.engine.up(program);
          assert.deepEqual(await edited.engine.up(program), said, "the up");
          assert.ok(said.some(({ resource }) => ["x", "lab"].includes(resource)));
          await mustShowTheSame(edited.host, fresh.host, programs);
          assert.deepEqual(await edited.engine.up(program), [], "the second up");
          await fresh.destroy();
        }
        await edited.destroy();
      } catch (error) {
        await Promise.all(stacks.map((stack) => stack.renew()));
        throw error;
      }
      return 1;
    });
  });

  after(() => Promise.all(stacks.map((stack) => stack.stop())));
});
