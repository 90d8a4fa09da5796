import assert from "node:assert/strict";
import { pinged } from "../support/labHost/pings";
import { hasQdisc } from "../support/suites/kernelOptions";
import { stackSuite } from "../support/suites/stackSuite";

const hasNetem = hasQdisc("netem delay 1ms");
const HELLO = "Hello from the lab.";
const WEB = {
  argv: ["busybox", "httpd", "-f", "-p", "80", "-h", "/srv"],
  ...{ files: { "/srv/index.html": HELLO }, ready: { tcp: 80 } },
};
const program = (hosts: string) => `
  const { topology, hosts } = netns.labOutput({
    hosts: { r: { forwarding: true }, server: { processes: { web: ${JSON.stringify(WEB)} } } },
    switches: { s1: { hosts: ${hosts}, subnet: "10.0.1.0/24" } },
    links: [{ between: ["r", "server"], link: ${hasNetem ? '{ delay: "20ms" }' : "{}"} }],
  });
  new netns.Topology("lab", topology);
  exports.server = hosts.apply(({ server }) => server);
`;

/** What comes of other words on routers and links is in test/kernel/lab. */
stackSuite("A lab of a few lines", ["ping", "busybox"], (fixture) => {
  it("comes up, reaches the server by both families with the delay of its link and what runs there, and grows by one host alone", async () => {
    const { host } = fixture;
    const stack = await fixture.stackOf(program('["h1", "r"]'));
    const made = await stack.up();
    assert.equal(made.exitCode, 0, made.text);
    const { server } = await stack.outputs();
    const { ipv4, ipv6 } = server as { ipv4: string; ipv6: string };
    for (const address of [ipv4, ipv6]) {
      const stdout = await pinged(host, "h1", address);
      assert.ok(Number(/time=([\d.]+)/.exec(stdout)?.[1]) >= (hasNetem ? 40 : 0), stdout);
    }
    const page = await host.tryRun(["ip", "netns", "exec", "h1", "busybox", "wget", "-q", "-O-", `http://${ipv4}/`]);
    assert.equal(page.stdout, HELLO, page.stderr);

    await fixture.edit(stack, program('["h1", "r", "h2"]'));
    const { text, steps } = await stack.up();
    const lists = steps.flatMap(({ diff }) => diff.map((path) => path.replace(/\[\d+\]$/, "")));
    const both = ["addresses", "addresses"];
    assert.deepEqual(lists.sort(), [...both, "bridgePorts", "namespaces", "routes", "routes", "vethPairs"], text);
    await pinged(host, "h2", ipv4);
    const destroyed = await stack.destroy();
    assert.equal(destroyed.exitCode, 0, destroyed.text);
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("is told all that is wrong at once, each at its property", async () => {
    const stack = await fixture.stackOf(`
      netns.labOutput({ hosts: { h: { gateway: "x", addresses: ["10.0.9.9"] } }, switches: { s: { hosts: ["h"] } } });
    `);
    const { text, exitCode } = await stack.preview();
    assert.notEqual(exitCode, 0);
    assert.match(text, /^ +hosts\.h\.gateway: is no host of the lab$/m);
    assert.match(text, /^ +hosts\.h\.addresses\[0\]: is in no subnet of a network that the host is on$/m);
  });
});
