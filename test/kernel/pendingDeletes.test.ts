import assert from "node:assert/strict";
import { Unknown } from "../../provider/core/values";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";

/** Far below the time after which a deletion is given up of which nothing is known. */
const AT_ONCE_MS = 3000;

kernelSuite("An address that moves off a pair that is replaced in the same run", (fixture) => {
  const pair = (end: string) => ({ a: { name: end, namespace: "x" }, b: { name: "l1", namespace: "y" } });
  const on = (device: string) => ({ namespace: "x", device, address: "10.9.0.1/24" });

  for (const isRetained of [false, true]) {
    it(`is made ${isRetained ? "when the pair is there again, if the engine keeps the old one" : "after the old one is deleted"}`, async () => {
      const first = fixture.provider;
      const link = await first.create("VethPair", "link", pair("l0"));
      const other = await first.create("Bridge", "other", { namespace: "x", name: "o0" });
      const former = await first.create("Address", "former", on("l0"));

      // What the engine calls in the next run, in its order.
      const run = new TestProvider(fixture.lab);
      for (const [type, name, one] of [
        ["VethPair", "link", link],
        ["Address", "former", former],
      ] as const) {
        await run.read(type, name, one);
      }
      const { inputs } = run.check("VethPair", "link", pair("l2"), link.inputs);
      await run.diffOnHost("VethPair", link, inputs, "link");
      await run.diffOnHost("Address", former, { ...former.inputs, device: Unknown.value }, "former");
      const told: string[] = [];
      const moved = run.create("Address", "former", on("o0")).then((made) => {
        told.push("the address is made");
        return made;
      });
      if (!isRetained) await run.delete("Address", "former", former).then(() => told.push("the old one is deleted"));
      if (!isRetained) await moved;
      await run.delete("VethPair", "link", link);
      const linkNow = await run.create("VethPair", "link", inputs).then((made) => {
        told.push("the pair is made");
        return made;
      });
      const begunMs = performance.now();
      const made = await moved;
      assert.ok(performance.now() - begunMs < AT_ONCE_MS);
      assert.deepEqual(
        told,
        isRetained
          ? ["the pair is made", "the address is made"]
          : ["the old one is deleted", "the address is made", "the pair is made"],
      );
      assert.equal((await linkIn(fixture.lab, "x", "o0")).addr_info[0]?.local, "10.9.0.1");
      await run.delete("Address", "former", made);
      await run.delete("Bridge", "other", other);
      await run.delete("VethPair", "link", linkNow);
    });
  }
});
