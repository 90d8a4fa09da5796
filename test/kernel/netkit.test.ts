import assert from "node:assert/strict";
import { hasNetkit } from "../support/suites/kernelOptions";
import { kernelSuite } from "../support/suites/kernelSuite";

const PAIR = { a: { name: "nk0", namespace: "x" }, b: { name: "nk1", namespace: "y" } };

kernelSuite(`Netkit on a kernel ${hasNetkit ? "that has it" : "without CONFIG_NETKIT"}`, (fixture) => {
  if (!hasNetkit) {
    it("is refused with the option's name, and leaves nothing", async () => {
      await assert.rejects(
        fixture.provider.create("Netkit", "link", PAIR),
        /could not make the pair\n.*\n {2}This kernel has no netkit pairs: it needs CONFIG_NETKIT \(try .modprobe netkit/,
      );
      assert.deepEqual(await fixture.provider.list("Netkit"), []);
    });
    return;
  }

  it("is made where the program says, changes its policies in place, and goes as a whole", async () => {
    const { provider } = fixture;
    const made = await provider.create("Netkit", "link", PAIR);
    assert.deepEqual([made.id, made.state.mode, made.state.primary], ["x/nk0", "l3", "a"]);
    const news = { ...PAIR, b: { ...PAIR.b, policy: "blackhole" } };
    const now = await provider.update("Netkit", "link", made, news);
    assert.deepEqual(await provider.read("Netkit", "link", now), now);
    await provider.delete("Netkit", "link", now);
    assert.deepEqual(await provider.list("Netkit"), []);
  });
});
