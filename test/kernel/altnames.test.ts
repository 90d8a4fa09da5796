import assert from "node:assert/strict";
import { getAt, isObject, type Json, pathText } from "../../provider/core/values";
import { definitions } from "../../provider/definitions";
import { kinds } from "../../provider/resources";
import type { Kind, Named } from "../../provider/resources/kind";
import { rows } from "../e2e/conformance/specimens";
import type { Specimen } from "../e2e/conformance/specimens/specimen";
import { comparable } from "../support/labHost/snapshot";
import { stableSnapshot } from "../support/labHost/stableSnapshot";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";

const NAME = "lan0";
const SAID = `${NAME} is another name (altname) of va`;

interface Case {
  kind: Kind;
  property: string;
  inputs: Json;
  /** What the error says to do. */
  todo(property: string): string;
}

/** Beside the rows of the conformance cases, whose properties name no device. */
const MORE: Pick<Specimen, "type" | "props">[] = [
  { type: "Sysctl", props: (namespace) => ({ namespace, key: "net.ipv4.conf.eth0.rp_filter", value: 1 }) },
  { type: "OvsPort", props: (namespace) => ({ namespace, bridge: "br0", name: "eth0" }) },
];

/** Each property that names a device, or may. */
const all = [...rows, ...MORE].flatMap(({ type, props }): Case[] => {
  const kind = kinds.find((one) => one.type === type) as Kind;
  const inputs = plain(props("x", "it")) as Json;
  const on = (kind.on?.(inputs) ?? []).map((named): Case => {
    const isWhole = getAt(inputs, named.path) === named.name;
    const todo = (at: string) => (isWhole ? `Write \`${at}: "va"\`.` : `Write va instead in \`${at}\`.`);
    return { ...caseOf(kind, inputs, named), todo };
  });
  const made = (kind.devices?.(inputs) ?? []).map((named): Case => {
    const todo = (at: string) =>
      `Choose another name (\`${at}\`), or take this one from va: ` +
      `\`ip link property del dev va altname ${NAME}\` in its namespace.`;
    return { ...caseOf(kind, inputs, named), todo };
  });
  return [...on, ...made];
});
const cases = [...new Map(all.map((one) => [one.kind.type + one.todo(one.property), one])).values()];

function caseOf(kind: Kind, values: Json, { name = "", path }: Named): Omit<Case, "todo"> {
  const inputs = structuredClone(values);
  const parent = getAt(inputs, path.slice(0, -1)) as Json;
  parent[String(path.at(-1))] = String(getAt(values, path)).replace(name, NAME);
  return { kind, inputs, property: pathText(path) };
}

/** With plain words for what a program takes from other resources. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  if ("$of" in value) return value.path === "a.name" ? "eth0" : "eth1";
  if ("$text" in value) return (value.$text as unknown[]).map(plain).join("");
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

kernelSuite("another name of a device", (fixture) => {
  beforeEach(async () => {
    await fixture.lab.ip("link add va netns x type veth peer name vb netns y");
    await fixture.lab.ip(`-n x link property add dev va altname ${NAME}`);
  });
  afterEach(() => fixture.lab.tryRun(["ip", "-n", "x", "link", "del", "va"]));

  it("stands in each property of each kind that names one", () => {
    const named = kinds.filter((kind: Kind) => kind.on || kind.devices).map(({ type }) => type);
    assert.deepEqual([...new Set(cases.map(({ kind }) => kind.type))].sort(), [...named].sort());
  });

  for (const { kind, property, inputs, todo } of cases) {
    it(`is refused in ${property} of ${kind.type} before anything is made: ${todo(property)}`, async () => {
      const { lab, provider } = fixture;
      const before = comparable(await stableSnapshot(lab));
      const refused = async (type: string, news: Json, at: string) => {
        const error = await provider.create(type, "it", news).then(
          () => assert.fail("it was made"),
          (cause: Error) => cause,
        );
        assert.deepEqual(error.message.split("\n  ").slice(1), [SAID, todo(at)], error.message);
      };
      await refused(kind.type, inputs, property);
      const { lists = [] } = definitions.find(({ type }) => type === "Topology") ?? {};
      const list = lists.find((one) => one.kind === kind)?.name ?? "";
      await refused("Topology", { [list]: [inputs] }, `${list}[0].${property}`);
      assert.deepEqual(comparable(await stableSnapshot(lab)), before);
    });
  }

  it("goes with its device, so that the one which comes in its place can have it", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x link del va");
    const pair = (name: string) => ({
      vethPairs: [{ a: { name, namespace: "x" }, b: { name: "vb", namespace: "y" } }],
    });
    const made = await provider.create("Topology", "lab", pair("va"));
    await lab.ip(`-n x link property add dev va altname ${NAME}`);
    const now = await provider.update("Topology", "lab", made, pair(NAME));
    assert.equal((await linkIn(lab, "x", NAME)).ifname, NAME);
    await provider.delete("Topology", "lab", now);
  });

  it("is refused in a replacement before the old thing goes", async () => {
    const { lab, provider } = fixture;
    const pair = (name: string) => ({ a: { name, namespace: "x" }, b: { name: "vd", namespace: "y" } });
    const made = await provider.create("VethPair", "link", pair("vc"));
    await provider.read("VethPair", "link", made);
    const { inputs } = provider.check("VethPair", "link", pair(NAME), made.inputs);
    const { replaces } = await provider.diffOnHost("VethPair", made, inputs, "link");
    assert.deepEqual(replaces, ["a"]);
    await assert.rejects(provider.delete("VethPair", "link", made), ({ message }: Error) =>
      message.includes(`\n  ${SAID}\n`),
    );
    assert.equal((await linkIn(lab, "x", "vc")).ifname, "vc");
    await lab.ip("-n x link del vc");
  });

  it("does in a rule, which says what packets come by and not what it is on", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Rule", "it", { namespace: "x", priority: 100, iif: NAME, table: 100 });
    assert.match(await lab.ip("-n x rule show priority 100"), new RegExp(`iif ${NAME} lookup 100`));
    assert.deepEqual(await provider.read("Rule", "it", made), made);
    await provider.delete("Rule", "it", made);
  });
});
