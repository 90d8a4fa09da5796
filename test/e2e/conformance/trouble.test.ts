import assert from "node:assert/strict";
import { DEFAULT_PROVIDER, remove, scratch } from "../../support/engine/project";
import { Breakpoint } from "../../support/faults/breakpoint";
import { faultEnv } from "../../support/faults/faultPlan";
import { pluginsOf } from "../../support/labHost/plugins";
import { changesOf, done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";

const net0 = 'const net0 = new netns.Namespace("net0");';
const address = (name: string, device: string, options = "{}") =>
  `new netns.Address("${name}", { namespace: net0.name, device: "${device}", address: "10.0.0.1/32" }, ${options});`;
/** Its ends are in two namespaces, so that each is changed by a request of its own. */
const link = (mtu: number) => `${net0}
const net1 = new netns.Namespace("net1");
new netns.VethPair("link", {
  a: { name: "va", namespace: net0.name, mtu: ${mtu} }, b: { name: "vb", namespace: net1.name, mtu: ${mtu} },
});`;

stackSuite("A run that meets trouble", [], (fixture) => {
  it("goes on past it with --continue-on-error: the next up makes just what is missing [40]", async () => {
    const stack = await fixture.stackOf([net0, address("bad", "missing"), address("good", "lo")].join("\n"));
    const first = await stack.up("--continue-on-error");
    assert.notEqual(first.exitCode, 0);
    assert.match(first.text, /Address net0\/missing\/10\.0\.0\.1\/32: could not add the address/);
    const names = (await stack.resources()).map(({ urn }) => String(urn).split("::").at(-1)).sort();
    assert.deepEqual(names, [DEFAULT_PROVIDER, "good", "lab-test", "net0"]);
    await fixture.host.ip("-n net0 link add missing type veth peer name other");
    assert.deepEqual(changesOf(done(await stack.up())), ["create Address bad"]);
    unchanged(await stack.up());
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("is back at the start when an update fails half way: state and host are of before, the next up finishes it [33]", async () => {
    const stack = await fixture.stackOf(link(1400));
    done(await stack.up());
    await fixture.edit(stack, link(1300));
    const folder = await scratch("refusal");
    fixture.atEnd(() => remove(folder));
    const { exitCode, stdout } = await stack.start("up", await faultEnv({ folder, refuse: "ifname=vb mtu=1300" }));
    assert.notEqual(exitCode, 0);
    assert.match(stdout, /VethPair net0\/va: could not/);
    const mtus = () =>
      Promise.all(
        ["-n net0 -j link show va", "-n net1 -j link show vb"].map(async (words) => {
          const [end] = await fixture.host.json<[{ mtu: number }]>(`ip ${words}`.split(" "));
          return end.mtu;
        }),
      );
    assert.deepEqual(await mtus(), [1400, 1400]);
    const recorded = (await stack.resources()).find(({ type }) => String(type).endsWith("VethPair"));
    for (const side of ["inputs", "outputs"]) {
      const ends = recorded?.[side] as Record<"a" | "b", { mtu: number }> | undefined;
      assert.deepEqual([ends?.a.mtu, ends?.b.mtu], [1400, 1400], side);
    }
    assert.deepEqual(changesOf(done(await stack.up())), ["update VethPair link"]);
    assert.deepEqual(await mtus(), [1300, 1300]);
    done(await stack.destroy());
  });

  it("is refused while another CLI runs the same stack, and the provider is not even asked [48]", async () => {
    const breakpoint = await Breakpoint.before(/RTM_NEWADDR/);
    fixture.atEnd(() => breakpoint.close());
    const stack = await fixture.stackOf(net0 + address("one", "lo"));
    const first = stack.start("up", breakpoint.env);
    await breakpoint.reached();
    const before = await pluginsOf(fixture.host);
    const second = await stack.up();
    assert.notEqual(second.exitCode, 0);
    assert.match(second.text, /the stack is currently locked/);
    assert.deepEqual(second.steps, []);
    assert.deepEqual(await pluginsOf(fixture.host), before);
    await breakpoint.resume();
    const { exitCode, stdout, stderr } = await first;
    assert.equal(exitCode, 0, stdout + stderr);
    unchanged(await stack.up());
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });
});
