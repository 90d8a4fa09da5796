import assert from "node:assert/strict";
import { callsOf, changing } from "../../support/engine/calls";
import type { Outcome, Stack } from "../../support/engine/pulumi";
import { stableNetwork } from "../../support/labHost/stableSnapshot";
import { changesOf, done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";

const [FIRST, SECOND] = ["02:5e:c2:e7:00:01", "02:5e:c2:e7:00:02"] as const;
const VALUES = [FIRST, SECOND, "34567", "45678"];

/** A secret deep in an input, and one that is an input itself. */
const lab = (mac: string, wrap = "pulumi.secret") => `
const net0 = new netns.Namespace("net0");
new netns.VethPair("link", { a: { name: "va", namespace: net0.name, mac: ${wrap}("${mac}") }, b: { name: "vb", namespace: net0.name } });
new netns.Sysctl("ports", { namespace: net0.name, key: "net.ipv4.ip_local_port_range", value: ${wrap}("34567 45678") });
`;

stackSuite("A secret", [], (fixture) => {
  /** It is kept as one, in the inputs and in the outputs. */
  const kept = async (stack: Stack) => {
    const resources = await stack.resources();
    const sides = ["VethPair", "Sysctl"].flatMap((type) => {
      const one = resources.find((resource) => resource.type === `netns:index:${type}`);
      return [one?.inputs, one?.outputs] as { a?: { mac?: object }; value?: object }[];
    });
    for (const { a, value } of sides) assert.ok("ciphertext" in (a?.mac ?? value ?? {}), JSON.stringify(sides));
    const text = JSON.stringify(resources);
    for (const secret of VALUES) assert.ok(!text.includes(secret), `${secret} is in the state`);
  };
  const untold = ({ text }: Outcome) => {
    for (const secret of VALUES) assert.ok(!text.includes(secret), `${secret} is told:\n${text}`);
  };

  it("stays one in the state and in what is shown through update, drift, refresh and import, until the program gives it up [41]", async () => {
    const stack = await fixture.stackOf(lab(FIRST));
    untold(done(await stack.up()));
    await kept(stack);

    await fixture.edit(stack, lab(SECOND));
    const preview = done(await stack.preview("--diff"));
    assert.match(preview.text, /mac *: *\[secret\]/);
    untold(preview);
    untold(done(await stack.up()));
    await kept(stack);

    await fixture.host.ip(`-n net0 link set va address ${FIRST}`);
    untold(done(await stack.refresh("--diff")));
    await kept(stack);
    const repaired = done(await stack.up());
    untold(repaired);
    assert.deepEqual(changesOf(repaired), ["update VethPair link"]);

    for (const [type, name] of [
      ["VethPair", "link"],
      ["Sysctl", "ports"],
    ] as const) {
      await stack.run(["state", "delete", stack.urn(type, name), "--yes", "--stack", "test"]);
    }
    const ids: Record<string, string> = { link: "net0/va", ports: "net0:net.ipv4.ip_local_port_range" };
    const importing = lab(SECOND).replace(
      /"(link|ports)"(.*)\);/g,
      (_, name, rest) => `"${name}"${rest}, { import: "${ids[name]}" });`,
    );
    await fixture.edit(stack, importing);
    const imported = done(await stack.up());
    assert.equal(imported.changes.import, 2, imported.text);
    // The engine asks for it by its id alone, so an import cannot know. The runs after it do: first the inputs, then the rest.
    await fixture.edit(stack, lab(SECOND));
    for (let run = 0; run < 2; run++) unchanged(await stack.up());
    await kept(stack);

    const before = await stableNetwork(fixture.host, "net0");
    await fixture.edit(stack, lab(SECOND, ""));
    assert.deepEqual(
      changing(await callsOf(stack, async () => done(await stack.up()))).filter((call) => !call.startsWith("Update")),
      [],
    );
    unchanged(await stack.up());
    // The outputs stay on the safe side until the next update of the resource.
    const inputs = JSON.stringify((await stack.resources()).map((resource) => resource.inputs));
    assert.ok(inputs.includes(SECOND) && inputs.includes("34567 45678"), inputs);
    assert.deepEqual(await stableNetwork(fixture.host, "net0"), before);
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });
});
