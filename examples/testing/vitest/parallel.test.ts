import * as netns from "pulumi-netns";
import { withLab } from "pulumi-netns/testing";
import { describe, expect, test } from "vitest";

/** Two hosts on one cable: the same names, addresses and files in each lab. */
async function program() {
  const [left, right] = [new netns.Namespace("left"), new netns.Namespace("right")];
  const cable = new netns.VethPair("cable", {
    a: { name: "eth0", namespace: left.name },
    b: { name: "eth0", namespace: right.name },
  });
  new netns.Address("left", { namespace: left.name, device: cable.a.name, address: "10.0.0.1/24" });
  const address = new netns.Address("right", { namespace: right.name, device: cable.b.name, address: "10.0.0.2/24" });
  return { network: address.network };
}

describe.concurrent("ten labs at once", { timeout: 60_000 }, () => {
  for (let index = 0; index < 10; index++) {
    test(`of which each is alone (${index})`, async () => {
      await withLab(program, async (lab) => {
        expect(lab.outputs.network).toBe("10.0.0.0/24");
        await lab.exec("right", ["tee", "/run/number"], { input: `${index}` });
        expect(await lab.ping("left", "10.0.0.2")).toBe(true);
        expect((await lab.exec("right", ["cat", "/run/number"])).stdout).toBe(`${index}`);
      });
    });
  }
});
