import assert from "node:assert/strict";
import { LabStack } from "../support/engine/labStack";
import type { Program, Resource } from "../support/programs/program";
import { needs } from "../support/suites/needs";

const X = { namespace: "x" };
const ON = { ...X, device: "d1" };

/** What names all that it needs by plain words, so that it is under way when that fails. */
const NEEDING: Program = [
  { type: "Route", name: "way", inputs: { ...X, destination: "10.9.0.0/16", gateway: "10.0.1.2" } },
  { type: "Route", name: "direct", inputs: { ...X, destination: "10.8.0.0/16", device: "d1" } },
  { type: "Neighbor", name: "peer", inputs: { ...ON, address: "10.0.1.2", mac: "02:00:00:00:00:02" } },
  { type: "Sysctl", name: "filter", inputs: { ...ON, key: "net.ipv4.conf.*.rp_filter", value: 2 } },
  { type: "Address", name: "address", inputs: { ...ON, address: "10.0.1.1/24" } },
].map((one): Resource => ({ ...one, after: ["x"] }));

function lab(other: string): Program {
  const pair = { a: { ...X, name: "d1" }, b: { namespace: other, name: "e1" } };
  return [
    { type: "Namespace", name: "x", inputs: { name: "x" } },
    ...NEEDING,
    { type: "VethPair", name: "cable", inputs: pair, after: ["x"] },
  ];
}

describe("What fails along with something else", () => {
  let stack: LabStack;
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    stack = await LabStack.start();
  });

  /** The errors of an up, by the names of the resources. */
  const errorsOf = async (program: Program): Promise<string[]> => {
    const failed = await stack.engine.up(program).then(
      () => assert.fail("the up must fail"),
      (error: Error) => error.message,
    );
    return failed.split("\n").filter((line) => !line.startsWith(" "));
  };

  for (const [what, other, spoil, mend] of [
    ["is refused", "y", "-n y link add e1 type bridge", "-n y link del e1"],
    ["lacks something itself", "nowhere", "link show lo", "netns add nowhere"],
  ] as const)
    it(`says so, and names that: a cable that ${what}`, async () => {
      const { host, engine } = stack;
      await host.ip("netns add y");
      await host.ip(spoil);
      const errors = await errorsOf(lab(other));
      const [own, along] = [
        errors.filter((line) => !line.includes("has failed")),
        errors.filter((line) => line.includes("has failed")),
      ];
      assert.match(
        own.join("\n"),
        /^netns:index:VethPair \S+: [^\n]*\nnetns:index:Route [^\n]*: could not add the route$/,
      );
      assert.deepEqual(along.sort(), [
        "netns:index:Address address: not done, because `cable` has failed",
        "netns:index:Neighbor peer: not done, because `cable` has failed",
        "netns:index:Route direct: not done, because `cable` has failed",
        "netns:index:Sysctl filter: not done, because `cable` has failed",
      ]);
      await host.ip(mend);
      await engine.up(lab(other));
      assert.deepEqual(await engine.up(lab(other)), []);
      await engine.destroy();
      for (const name of ["y", ...(other === "y" ? [] : [other])]) await host.ip(`netns del ${name}`);
      await stack.mustBeEmpty();
    });

  it("has its own words where it fails by itself", async () => {
    const [x = assert.fail(), way = assert.fail()] = lab("y");
    assert.match(
      (await errorsOf([x, way])).join("\n"),
      /^netns:index:Route x\/10\.9\.0\.0\/16: could not add the route$/,
    );
    await stack.destroy();
  });

  afterEach(async function () {
    if (this.currentTest?.isFailed()) await stack.renew();
  });
  after(() => stack.stop());
});
