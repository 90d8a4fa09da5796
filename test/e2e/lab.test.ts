import assert from "node:assert/strict";
import path from "node:path";
import { root } from "../../tools/places.mjs";
import { hasQdisc } from "../support/suites/kernelOptions";
import { needs } from "../support/suites/needs";
import { stackSuite } from "../support/suites/stackSuite";

const hasNetem = hasQdisc("netem delay 1ms");
const program = (hosts: string) => `
  const { topology, hosts } = netns.labOutput({
    hosts: { r: { forwarding: true } },
    switches: { s1: { hosts: ${hosts}, subnet: "10.0.1.0/24" } },
    links: [{ between: ["r", "server"], link: ${hasNetem ? '{ delay: "20ms" }' : "{}"} }],
  });
  new netns.Topology("lab", topology);
  exports.server = hosts.apply(({ server }) => server);
`;

/** A host at home and two servers outside. */
const behind = (router: string) => `
  const { topology, hosts } = netns.labOutput({
    hosts: { r: { forwarding: true, gateway: "isp", ${router} }, isp: { forwarding: true } },
    links: ["r", "s1", "s2"].map((name) => ({ between: ["isp", name] })).concat([{ between: ["r", "pc"] }]),
  });
  new netns.Topology("lab", topology);
  exports.hosts = hosts;
`;

/** By RFC 4787: whether two servers see one port of a host, and who else gets in by that. */
const TYPES = {
  home: { ports: 1, got: [] },
  symmetric: { ports: 2, got: [] },
  fullCone: { ports: 1, got: ["other port", "other server"] },
};
const NAT_TYPES = path.join(root, "test/support/testing/natTypes.mjs");

/** Two hosts, each behind a router of its own, and a server that tells each of them of the other one. */
const pair = (one: string, other: string) => `
  const { topology, hosts } = netns.labOutput({
    hosts: {
      r1: { forwarding: true, gateway: "isp", nat: "${one}" },
      r2: { forwarding: true, gateway: "isp", nat: "${other}" },
      isp: { forwarding: true },
    },
    links: [["isp", "r1"], ["isp", "r2"], ["isp", "s"], ["r1", "pc1"], ["r2", "pc2"]].map((between) => ({ between })),
  });
  new netns.Topology("lab", topology);
  exports.hosts = hosts;
`;

/** Whether the two hosts come to hear each other. */
const PAIRS: [one: string, other: string, isHeard: boolean][] = [
  ["home", "home", true],
  ["home", "symmetric", false],
  ["symmetric", "fullCone", true],
];
const HOLE_PUNCH = path.join(root, "test/support/testing/holePunch.mjs");

stackSuite("A lab of a few lines", ["ping"], (fixture) => {
  it("comes up, reaches the server by both families with the delay of its link, and grows by one host alone", async () => {
    const { host } = fixture;
    const stack = await fixture.stackOf(program('["h1", "r"]'));
    const made = await stack.up();
    assert.equal(made.exitCode, 0, made.text);
    const { server } = await stack.outputs();
    const { ipv4, ipv6 } = server as { ipv4: string; ipv6: string };
    for (const address of [ipv4, ipv6]) {
      const { stdout } = await host.tryRun(["ip", "netns", "exec", "h1", "ping", "-c1", "-w5", address]);
      assert.ok(Number(/time=([\d.]+)/.exec(stdout)?.[1]) >= (hasNetem ? 40 : 0), stdout);
    }
    assert.deepEqual(Object.keys((await stack.up()).changes), ["same"]);

    await fixture.edit(stack, program('["h1", "r", "h2"]'));
    const { text, changes } = await stack.up();
    assert.deepEqual(changes, { same: 1, update: 1 }, text);
    const pinged = await host.tryRun(["ip", "netns", "exec", "h2", "ping", "-c1", "-w5", ipv4]);
    assert.equal(pinged.exitCode, 0, pinged.stdout);
    const destroyed = await stack.destroy();
    assert.equal(destroyed.exitCode, 0, destroyed.text);
    assert.deepEqual(await fixture.namespaces(), []);
  });

  describe("with a router that translates", () => {
    before(needs("nft"));

    it("has the type of NAT that it says, by what two servers outside see and send", async () => {
      const { host } = fixture;
      let stack: Awaited<ReturnType<typeof fixture.stackOf>> | undefined;
      for (const [index, [nat, { ports, got }]] of Object.entries(TYPES).entries()) {
        const text = behind(`nat: "${nat}"`);
        stack ??= await fixture.stackOf(text);
        await fixture.edit(stack, text);
        const made = await stack.up();
        assert.equal(made.exitCode, 0, made.text);
        const { hosts } = (await stack.outputs()) as { hosts: Record<string, { ipv4: string }> };
        const servers = ["s1", "s2"].map((name) => `${name}=${hosts[name]?.ipv4}`);
        // What a connection was translated by stays as long as it does: another one each time.
        const port = String(5000 + 10 * index);
        const told = await host.tryRun([process.execPath, NAT_TYPES, port, "pc", ...servers], { timeoutMs: 20_000 });
        const found = JSON.parse(told.stdout || assert.fail(told.stderr)) as { seen: string[]; got: string[] };
        assert.deepEqual([nat, new Set(found.seen).size, found.got], [nat, ports, got]);
      }
      // What packets have put into the map is no change.
      assert.deepEqual(Object.keys((await stack?.up())?.changes ?? {}), ["same"]);
    });

    it("lets hosts behind two of them meet, or not, as the pair of types says", async () => {
      const { host } = fixture;
      let stack: Awaited<ReturnType<typeof fixture.stackOf>> | undefined;
      for (const [index, [one, other, isHeard]] of PAIRS.entries()) {
        stack ??= await fixture.stackOf(pair(one, other));
        await fixture.edit(stack, pair(one, other));
        const made = await stack.up();
        assert.equal(made.exitCode, 0, made.text);
        const { hosts } = (await stack.outputs()) as { hosts: Record<string, { ipv4: string }> };
        const words = [HOLE_PUNCH, String(5000 + index), "pc1", "pc2", `s=${hosts.s?.ipv4}`];
        const told = await host.tryRun([process.execPath, ...words], { timeoutMs: 20_000 });
        assert.deepEqual([one, other, told.stdout.trim()], [one, other, `[${isHeard},${isHeard}]`], told.stderr);
      }
    });

    it("lets through what its firewall says", async () => {
      const { host } = fixture;
      const stack = await fixture.stackOf(behind('firewall: "blockInbound"'));
      const made = await stack.up();
      assert.equal(made.exitCode, 0, made.text);
      const { hosts } = (await stack.outputs()) as { hosts: Record<string, { ipv4: string; ipv6: string }> };
      // Until one answer has come, or for a while.
      const ping = async (from: string, to: string, seconds = 1) =>
        (await host.tryRun(["ip", "netns", "exec", from, "ping", "-c1", `-w${seconds}`, to])).exitCode;
      const of = (name: string) => [hosts[name]?.ipv4 ?? "", hosts[name]?.ipv6 ?? ""];
      for (const address of of("s1")) assert.equal(await ping("pc", address, 5), 0);
      for (const address of of("pc")) assert.equal(await ping("s1", address), 1);
      await fixture.edit(stack, behind('firewall: "corporate"'));
      assert.equal((await stack.up()).exitCode, 0);
      for (const address of of("s1")) assert.equal(await ping("pc", address), 1);
    });
  });

  it("is told all that is wrong at once, each at its property", async () => {
    const stack = await fixture.stackOf(`
      netns.labOutput({ hosts: { h: { gateway: "x", addresses: ["10.0.9.9"] } }, switches: { s: { hosts: ["h"] } } });
    `);
    const { text, exitCode } = await stack.up();
    assert.notEqual(exitCode, 0);
    assert.match(text, /hosts\.h\.gateway/);
    assert.match(text, /hosts\.h\.addresses\[0\]/);
  });
});
