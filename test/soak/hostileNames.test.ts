import assert from "node:assert/strict";
import { ifName, netnsName } from "../../provider/core/fields";
import type { Json } from "../../provider/core/values";
import { HOSTILE_WORDS } from "../support/inputs/hostileTexts";
import { kindNamed } from "../support/inputs/states";
import { LabHost } from "../support/labHost/labHost";
import { snapshot } from "../support/labHost/snapshot";
import { TestProvider } from "../support/provider/testProvider";
import { needs } from "../support/suites/needs";
import { cases, sample } from "../support/suites/soak";

const all = HOSTILE_WORDS.filter((word) => ifName().safeParse(word).success && netnsName().safeParse(word).success);
// The kernel has made `lo` already.
const names = sample(
  all.filter((name) => name !== "lo"),
  cases(12, Infinity),
);

describe("A name that Check takes, however odd", () => {
  let lab: LabHost;
  before(needs("root", "ip", "nsenter", "sysctl"));
  before(async () => {
    lab = await LabHost.start();
  });
  after(() => lab.stop());

  it("is that of enough namespaces and devices to be a test", () => assert.ok(all.length > 50));

  for (const name of names) {
    it(`is what the kernel then has, and its outputs fit the schema: ${JSON.stringify(name)} [63]`, async () => {
      const provider = new TestProvider(lab);
      const before = await snapshot(lab);
      const key = `net.ipv4.conf.${name.replaceAll(".", "/")}.rp_filter`;
      const things: [type: string, inputs: Json][] = [
        ["Namespace", { name }],
        ["VethPair", { a: { name, namespace: name }, b: { name: "other", namespace: name } }],
        ["Address", { namespace: name, device: name, address: "10.0.0.1/24" }],
        // sysctl(8) would take some of the names for patterns: Check says so.
        ...(/[*?[\]{}=]/.test(name) ? [] : [["Sysctl", { namespace: name, key, value: 2 }] as [string, Json]]),
      ];
      const made = [];
      for (const [type, inputs] of things) {
        const recorded = await provider.create(type, "test", inputs);
        const outputs = Object.fromEntries(Object.entries(recorded.state).filter(([key]) => !key.startsWith("__")));
        assert.ok(kindNamed(type).outputs.safeParse(outputs).success, JSON.stringify(outputs));
        assert.deepEqual((await provider.read(type, "test", recorded))?.state, recorded.state);
        assert.deepEqual((await provider.import(type, recorded.id, "test"))?.id, recorded.id);
        made.push({ type, recorded });
      }
      const during = await snapshot(lab);
      assert.deepEqual(Object.keys(during.networks).sort(), [...Object.keys(before.networks), name].sort());
      const links = during.networks[name]?.links.map((link) => link.ifname);
      assert.deepEqual(links?.sort(), ["lo", name, "other"].sort());
      assert.deepEqual(during.networks[""], before.networks[""]);
      for (const { type, recorded } of made.reverse()) await provider.delete(type, "test", recorded);
      await provider.plugin.end();
      assert.deepEqual((await snapshot(lab)).networks, before.networks);
    });
  }
});
