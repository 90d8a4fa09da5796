import assert from "node:assert/strict";
import * as netns from "pulumi-netns";
import { startLab } from "pulumi-netns/testing";

const HOSTS = ["ann", "bob", "eve"];

/** Hosts on one switch, as a Topology: one resource, however many there are. */
function program() {
  const address = (index) => `192.0.2.${index + 1}`;
  new netns.Topology("lab", {
    namespaces: [{ name: "switch" }, ...HOSTS.map((name) => ({ name }))],
    bridges: [{ name: "br0", namespace: "switch" }],
    vethPairs: HOSTS.map((name) => ({ a: { name: "eth0", namespace: name }, b: { name, namespace: "switch" } })),
    bridgePorts: HOSTS.map((name) => ({ bridge: "br0", device: name, namespace: "switch" })),
    addresses: HOSTS.map((name, index) => ({ namespace: name, device: "eth0", address: `${address(index)}/24` })),
  });
  return { addresses: Object.fromEntries(HOSTS.map((name, index) => [name, address(index)])) };
}

describe("a switch", function () {
  this.timeout(20_000);
  let lab;

  before(async () => {
    lab = await startLab(program);
  });
  after(() => lab?.stop());

  for (const to of HOSTS) {
    it(`leads from ann to ${to}`, async () => {
      assert.ok(await lab.ping("ann", lab.outputs.addresses[to]));
    });
  }

  it("has learned behind which port each of them is", async () => {
    const json = async (host, ...argv) => JSON.parse((await lab.exec(host, argv)).stdout);
    const learned = await json("switch", "bridge", "-json", "fdb", "show", "br", "br0");
    for (const name of HOSTS) {
      const [{ address }] = await json(name, "ip", "-json", "link", "show", "eth0");
      assert.ok(learned.some(({ mac, ifname }) => mac === address && ifname === name));
    }
  });
});
