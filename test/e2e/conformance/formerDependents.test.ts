import assert from "node:assert/strict";
import { changing, traced } from "../../support/engine/calls";
import { done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";

/** `former` stands on `link`, which is replaced when its end is called otherwise; so do enough others for that to take time. */
const lab = (end: string, home: "link" | "other", options = "") => `
const net0 = new netns.Namespace("net0");
const pair = (name, a, b) => new netns.VethPair(name, { a: { namespace: net0.name, name: a }, b: { namespace: net0.name, name: b } });
const [link, other] = [pair("link", "${end}", "l1"), pair("other", "o0", "o1")];
const on = (device, name, address) => (options) => new netns.Address(name, { namespace: net0.name, device, address }, options);
for (let i = 1; i <= 8; i++) on(link.a.name, "dependent" + i, "10.0.0." + i + "/24")();
on(${home}.a.name, "former", "10.9.0.1/24")({ ${options} });
`;

stackSuite("What leaves a thing in the run that replaces this", [], (fixture) => {
  for (const { what, options = "", args = [], isDeleted = true } of [
    { what: "is deleted there before it is made elsewhere" },
    { what: "is so with one step at a time", args: ["--parallel", "1"] },
    { what: "is made elsewhere when it is to stay", options: "retainOnDelete: true", isDeleted: false },
  ]) {
    it(`${what} [7] [45]`, async () => {
      const stack = await fixture.stackOf(lab("l0", "link", options));
      done(await stack.up(...args));
      await fixture.edit(stack, lab("l2", "other", options));
      const { calls, ...outcome } = await traced(stack, () => stack.up(...args));
      done(outcome);
      const its = changing(calls).filter((call) => call.endsWith(" former"));
      assert.deepEqual(its, [...(isDeleted ? ["Delete Address former"] : []), "Create Address former"]);
      unchanged(await stack.preview());
      assert.match(await fixture.host.ip("-n net0 addr show o0"), /10\.9\.0\.1\/24/);
      assert.doesNotMatch(await fixture.host.ip("-n net0 addr show l2"), /10\.9\.0\.1\/24/);
      done(await stack.destroy());
      assert.deepEqual(await fixture.namespaces(), []);
    });
  }
});
