import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { topologyOfLines } from "../support/inputs/labLines";
import { WORKING_LABS } from "../support/inputs/workingLabs";
import { sections } from "../support/model/findingsPage";
import { lacks } from "../support/suites/kernelOptions";
import { kernelSuite } from "../support/suites/kernelSuite";

kernelSuite("The findings on the kernel", (fixture) => {
  /** Makes the lab, asks in it, and takes it away; undefined: it works. */
  async function trouble(inputs: Json, command: string): Promise<string | undefined> {
    const { lab, provider } = fixture;
    const made = await provider.create("Topology", "lab", inputs).catch((error: Error) => error);
    if (made instanceof Error) return made.message;
    const { exitCode, stdout, stderr } = await lab.tryRun(["sh", "-c", command.replaceAll("-W 1", "-W 0.3")]);
    await provider.delete("Topology", "lab", made);
    return exitCode === 0 ? undefined : `${stdout}\n${stderr}`.trim() || "no";
  }

  for (const { code, command, wrong, right } of sections()) {
    if (command === undefined) continue;
    it(`${code}: the wrong program does not work, and the right one does`, async () => {
      const [before, after] = [await trouble(wrong, command), await trouble(right, command)];
      assert.notEqual(before, undefined);
      // Where the kernel has no such part, there is neither lab.
      if (!lacks("CONFIG_BRIDGE_VLAN_FILTERING", after ?? "")) assert.equal(after, undefined);
    });
  }

  for (const { code, how, lab, command } of WORKING_LABS) {
    it(`${code}: it works where ${how}`, async () =>
      assert.equal(await trouble(topologyOfLines(lab), command), undefined));
  }
});
