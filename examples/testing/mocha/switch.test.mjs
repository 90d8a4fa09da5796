import assert from "node:assert/strict";
import * as netns from "pulumi-netns";
import { startLab } from "pulumi-netns/testing";

const HOSTS = ["ann", "bob", "eve"];

/** Hosts on one switch. */
async function program() {
  const { topology, hosts } = await netns.lab({ switches: { switch: { hosts: HOSTS } } });
  new netns.Topology("lab", topology);
  return { addresses: Object.fromEntries(HOSTS.map((name) => [name, hosts[name].ipv4])) };
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
    const learned = await json("switch", "bridge", "-json", "fdb", "show", "br", "switch");
    for (const name of HOSTS) {
      const [{ address }] = await json(name, "ip", "-json", "link", "show", "switch");
      assert.ok(learned.some(({ mac, ifname }) => mac === address && ifname === name));
    }
  });
});
