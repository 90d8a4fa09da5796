import assert from "node:assert/strict";
import { stackSuite } from "../support/suites/stackSuite";

const LAB = `
  new netns.Topology("lab", {
    namespaces: [{ name: "h1" }, { name: "h2" }],
    vethPairs: [{ a: { name: "eth0", namespace: "h1", mtu: 9000 }, b: { name: "eth0", namespace: "h2" } }],
  });`;

stackSuite("What is certain not to work in a Topology", [], (fixture) => {
  /** How often Pulumi lists it among the diagnostics at the end. */
  const told = (text: string) => {
    const [, diagnostics = ""] = text.split("Diagnostics:");
    return diagnostics.split("warning: cable-mtu: h1/eth0 sends packets of up to 9000 bytes").length - 1;
  };
  const stackWith = (findings?: string) =>
    fixture.stackOf(LAB, findings === undefined ? {} : { NETNS_FINDINGS: findings });

  it("is a warning of preview, and of an up that has no preview", async () => {
    const stack = await stackWith();
    const preview = await stack.preview();
    assert.deepEqual([preview.exitCode, told(preview.text)], [0, 1], preview.text);
    const up = await stack.up();
    assert.deepEqual([up.exitCode, told(up.text)], [0, 1], up.text);
    assert.equal((await stack.destroy()).exitCode, 0);
  });

  it("refuses the program where the configuration says error, and is not told where it says off", async () => {
    const strict = await (await stackWith("error")).preview();
    assert.notEqual(strict.exitCode, 0);
    assert.match(strict.text, /vethPairs\[0\]: cable-mtu: h1\/eth0 sends/);
    const silent = await (await stackWith("off")).preview();
    assert.deepEqual([silent.exitCode, silent.text.includes("cable-mtu")], [0, false], silent.text);
  });
});
