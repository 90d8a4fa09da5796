import assert from "node:assert/strict";
import { stackSuite } from "../support/suites/stackSuite";

/** Hosts, each of which has its route before anything that this needs. */
function hosts(ways: readonly string[]): string {
  return `
const lan = new netns.Namespace("lan");
for (const [n, gateway] of ${JSON.stringify(ways)}.entries()) {
  const host = new netns.Namespace("h" + n);
  const at = { namespace: host.name };
  new netns.Route("way" + n, { ...at, destination: "default", gateway });
  const cable = new netns.VethPair("cable" + n, { a: { name: "eth0", ...at }, b: { name: "p" + n, namespace: lan.name } });
  new netns.Address("address" + n, { ...at, device: cable.a.name, address: "10.0.1." + n + "/24" });
}
`;
}

stackSuite("Hosts whose routes come before what they need", [], (fixture) => {
  const ways = ["10.0.1.254", "10.0.1.254", "10.0.1.254"];

  it("are made in one up that has room for two at a time, and one that never can be is told", async () => {
    const stack = await fixture.stackOf(hosts(ways));
    const made = await stack.up("--parallel", "2");
    assert.equal(made.exitCode, 0, made.text);
    assert.match(await fixture.host.ip("-n h1 route"), /default via 10.0.1.254 dev eth0/);
    await fixture.edit(stack, hosts([...ways, "10.0.9.254"]));
    const wrong = await stack.up("--parallel", "2");
    assert.notEqual(wrong.exitCode, 0);
    assert.match(wrong.text, / 3 created\n +14 unchanged/);
    assert.match(wrong.text, /Route h3\/default: could not add the route/);
    await stack.destroy();

    // One at a time, the program goes on only when the route is answered.
    await fixture.edit(stack, hosts(ways));
    const inTurn = await stack.up("--parallel", "1");
    assert.equal(inTurn.exitCode, 0, inTurn.text);
    assert.match(await fixture.host.ip("-n h1 route"), /default via 10.0.1.254 dev eth0/);
    await stack.destroy();

    // The worker in there gets to know what the engine is to begin while all of its places are held.
    await stack.config("netns:sandbox", "order");
    const inside = await stack.up("--parallel", "2");
    assert.equal(inside.exitCode, 0, inside.text);
    assert.equal((await stack.destroy()).exitCode, 0);
  });
});
