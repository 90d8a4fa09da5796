import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import type { Change } from "../support/engine/labEngine";
import { agree, LabStack, shown } from "../support/engine/labStack";
import { asTopology } from "../support/programs/asTopology";
import { byName } from "../support/programs/drift";
import type { Program, Resource } from "../support/programs/program";
import { needs } from "../support/suites/needs";

const X = { namespace: "x" };

/** What hangs on the end `d1` of a pair, or beside it on that of another. */
const HANGING: Program = [
  { type: "Address", name: "four", inputs: { ...X, device: "d1", address: "10.0.1.1/24" }, after: ["pair"] },
  { type: "Address", name: "six", inputs: { ...X, device: "d1", address: "2001:db8:1::1/64" }, after: ["pair"] },
  { type: "Address", name: "other", inputs: { ...X, device: "d2", address: "10.0.2.1/24" }, after: ["beside"] },
  neighbor("peer4", "10.0.1.2", "four"),
  neighbor("peer6", "2001:db8:1::2", "six"),
  route("gateway4", { destination: "10.9.0.0/16", gateway: "10.0.1.2", mtu: 1400 }, "four"),
  route("gateway6", { destination: "2001:db8:9::/48", gateway: "2001:db8:1::2" }, "six"),
  route("device4", { destination: "10.8.0.0/16", device: "d1" }, "four"),
  route("device6", { destination: "2001:db8:8::/48", device: "d1", metric: 7 }, "six"),
  route("link6", { destination: "2001:db8:7::/48", device: "d1", gateway: "fe80::9" }, "six"),
  route("source4", { destination: "10.7.0.0/16", device: "d2", source: "10.0.1.1" }, "four", "other"),
  route("source6", { destination: "2001:db8:6::/48", device: "d1", source: "2001:db8:1::1" }, "six"),
  route(
    "several4",
    { destination: "10.6.0.0/16", nexthops: [{ gateway: "10.0.1.2" }, { gateway: "10.0.2.2", weight: 2 }] },
    ...["four", "other"],
  ),
  route("nowhere", { destination: "10.5.0.0/16", type: "blackhole" }, "four"),
  {
    type: "Qdisc",
    name: "slow",
    inputs: { ...X, device: "d1", kind: "tbf", tbf: { rate: "1mbit", burst: "32kb", latency: "50ms" } },
    after: ["pair"],
  },
];

function route(name: string, inputs: Json, ...after: string[]): Resource {
  return { type: "Route", name, inputs: { ...X, ...inputs }, after };
}

function neighbor(name: string, address: string, after: string): Resource {
  return { type: "Neighbor", name, inputs: { ...X, device: "d1", address, mac: "02:00:00:00:00:02" }, after: [after] };
}

/** What takes the way down, and what then has to wait; where all is made anew, and where it was there before. */
const DOWN: Record<string, { program: (isDown: boolean) => Program; waiting: string[]; only: string[] }> = {
  "the end that it is on": {
    program: (isDown) => lab({ a: { up: !isDown } }),
    waiting: ["device4", "device6", "gateway4", "gateway6", "link6", "source6"],
    only: ["several4"],
  },
  "the other end": {
    program: (isDown) => lab({ b: { up: !isDown } }),
    waiting: [],
    only: ["source6"],
  },
};

/** The whole program, with what the two ends are given. */
function lab({ a = {}, b = {} }: { a?: Json; b?: Json }): Program {
  const macs = [1, 2, 3, 4].map((number) => `02:00:00:00:01:0${number}`);
  const pair = (name: string, number: number, one: Json, other: Json): Resource => ({
    type: "VethPair",
    name,
    inputs: {
      a: { ...X, name: `d${number}`, mac: macs[2 * number - 2], ...one },
      b: { name: `e${number}`, namespace: "y", mac: macs[2 * number - 1], ...other },
    },
    after: ["x", "y"],
  });
  return [
    { type: "Namespace", name: "x", inputs: { name: "x" } },
    { type: "Namespace", name: "y", inputs: { name: "y" } },
    pair("pair", 1, a, b),
    pair("beside", 2, {}, {}),
    ...HANGING,
  ];
}

const FORMS: Record<string, (program: Program) => Program> = {
  // Nothing that hangs on a device says so, and it stands before that.
  "single resources": (program) => {
    const isBase = ({ name }: Resource) => HANGING.every((one) => one.name !== name);
    const [base, hanging] = [program.filter(isBase), program.filter((one) => !isBase(one))];
    return [...hanging.map((one) => ({ ...one, after: ["x"] })), ...base];
  },
  "a Topology": topology,
  "single resources on a Topology": (program) => [
    ...topology(program.slice(0, 4)),
    ...byName(program)
      .slice(4)
      .map((one) => ({
        ...one,
        after: (one.after ?? []).map((name) => (["pair", "beside"].includes(name) ? "lab" : name)),
      })),
  ],
};

function topology(program: Program): Program {
  return asTopology(program) ?? assert.fail("Check has something against it");
}

describe("What cannot be while a device is down", () => {
  let stack: LabStack;
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    stack = await LabStack.start();
  });

  for (const [form, formed] of Object.entries(FORMS)) {
    for (const [what, { program, waiting, only }] of Object.entries(DOWN)) {
      it(`waits, is at rest, and is made when it is up: ${form}, ${what}`, async () => {
        const { engine, host } = stack;
        const [up, down] = [formed(program(false)), formed(program(true))];
        const mustRest = async (asGiven: Program, waits: readonly string[]) => {
          assert.deepEqual(await engine.up(asGiven), [], "the second up");
          const destinations = engine.states().flatMap((one) => (one.waiting ? [String(one.destination)] : []));
          assert.deepEqual(destinations.map(nameOf).sort(), [...waits].sort());
        };
        await engine.up(down);
        await mustRest(down, [...waiting, ...only]);
        await engine.up(up);
        await mustRest(up, []);
        const whole = await shown(host, [up]);
        for (const [asGiven, waits] of [
          [down, waiting],
          [up, []],
        ] as const) {
          const changes = await engine.preview(asGiven);
          const said = engine.said;
          assert.deepEqual(await engine.up(asGiven), changes, "the up that the preview tells");
          mustTell(asGiven, { changes, said, waiting });
          await mustRest(asGiven, waits);
        }
        await agree([() => shown(host, [up]), async () => whole], "all is there again");
        await stack.destroy();
      });
    }
  }

  it("is new in the update of a Topology that sets the device down, on an address that goes along with that", async () => {
    const { engine } = stack;
    const has = (...names: string[]) => {
      const among = (one: Resource) => !HANGING.includes(one) || names.includes(one.name);
      return (isDown: boolean) => topology(lab({ a: { up: !isDown } }).filter(among));
    };
    const more = ["six", "gateway6", "device6", "slow"];
    await engine.up(has("six", "slow")(false));
    await engine.up(has(...more)(true));
    assert.deepEqual(await engine.up(has(...more)(true)), [], "the second up");
    assert.equal(engine.states().filter(({ waiting }) => waiting).length, 2);
    await stack.destroy();
  });

  afterEach(async function () {
    if (this.currentTest?.isFailed()) await stack.renew();
  });
  after(() => stack.stop());
});

/** What is made or made again is a change of the preview, or is told there. A Topology that changes shows its elements. */
function mustTell(
  program: Program,
  { changes, said, waiting }: { changes: readonly Change[]; said: readonly string[]; waiting: readonly string[] },
): void {
  const changed = new Set(changes.map(({ resource }) => resource));
  const routes = program.filter(({ type, name }) => type === "Route" && waiting.includes(name));
  const told = (cause: string) => said.filter((line) => line.includes(cause));
  for (const { name, inputs } of routes) {
    const cause = changed.has("lab") ? "`lab`" : "`pair`";
    const line = `netns:index:Route x/${inputs.destination}`;
    if (!changed.has(name))
      assert.ok(
        told(cause).some((one) => one.includes(line)),
        `${line}: ${said.join("\n")}`,
      );
  }
}

function nameOf(destination: string): string {
  return HANGING.find(({ inputs }) => inputs.destination === destination)?.name ?? destination;
}
