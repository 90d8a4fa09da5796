import assert from "node:assert/strict";
import type { Outcome } from "../support/engine/pulumi";
import type { LabHost } from "../support/labHost/labHost";
import { changesOf, done, exampleSuite, inNetns, type Lab } from "../support/suites/exampleSuite";

const addressOf = (n: number) => `10.0.0.${n}`;

for (const size of [10, 50]) {
  const config = size === 10 ? {} : { hosts: String(size) };
  exampleSuite("star", (lab) => tests(lab, size), { config });
}

function tests(lab: Lab, size: number): void {
  it("has a switch and the hosts, and lets each ping the next one through the switch", async () => {
    const hosts = Array.from({ length: size }, (_, index) => index + 1);
    const names = (await lab.host.run(["ls", "/run/netns"])).trim().split("\n");
    assert.deepEqual(names.sort(), ["switch", ...hosts.map((n) => `h${n}`)].sort());
    const pings = await Promise.all(
      hosts.map((n) => inNetns(lab.host, `h${n}`, `ping -c 1 -W 20 ${addressOf((n % size) + 1)}`)),
    );
    for (const { stdout, stderr } of pings) assert.match(stdout, /ttl=63 .*\n.*\n.*\n1 packets.* 1 received/, stderr);
  });

  it("has the switch answer ARP for all others, and routes to each that the kernel made", async () => {
    const [port] = await lab.host.json<[{ address: string }]>(["ip", "-n", "switch", "-j", "link", "show", "p1"]);
    const known = await lab.host.json<{ dst: string; lladdr: string }[]>(["ip", "-n", "h1", "-j", "-4", "neigh"]);
    assert.ok(known.some(({ dst }) => dst === addressOf(2)));
    for (const { dst, lladdr } of known) assert.equal(lladdr, port.address, dst);
    const routes = await lab.host.json<{ dst: string; dev: string }[]>(["ip", "-n", "switch", "-j", "route"]);
    assert.deepEqual(
      routes.map(({ dst, dev }) => `${dst} ${dev}`),
      Array.from({ length: size }, (_, index) => `${addressOf(index + 1)} p${index + 1}`),
    );
  });

  it("shows one more host alone in the preview, makes it, and touches nothing else", async () => {
    const more = size + 1;
    const before = await identities(lab.host);
    await lab.stack.config("hosts", String(more));
    const preview = done(await lab.stack.preview());
    const addresses = [2 * size, 2 * size + 1].map((index) => `addresses[${index}]`);
    assert.deepEqual(changesOf(preview), ["update Topology star"]);
    assert.deepEqual([...diffOf(preview)].sort(), [...addresses, `namespaces[${more}]`, `vethPairs[${size}]`].sort());
    assert.deepEqual(changesOf(done(await lab.stack.up())), ["update Topology star"]);
    const after = await identities(lab.host);
    const isNew = (line: string) => new RegExp(`^h${more} |^switch \\d+: p${more}\\b`).test(line);
    assert.deepEqual(
      after.filter((line) => !isNew(line)),
      before,
    );
    assert.equal((await inNetns(lab.host, `h${more}`, `ping -c 1 -W 20 ${addressOf(1)}`)).exitCode, 0);
    const { try: command } = await lab.stack.outputs();
    assert.equal(command, `ip netns exec h1 ping -c 2 ${addressOf(more)}`);
  });

  it("makes a host again that somebody has deleted, and touches nothing else [20]", async () => {
    const before = await identities(lab.host);
    await lab.host.ip("netns del h3");
    const lost = ["addresses[4]", "addresses[5]", "namespaces[3]", "vethPairs[2]"];
    assert.deepEqual([...diffOf(done(await lab.stack.preview()))].sort(), lost);
    assert.deepEqual(changesOf(done(await lab.stack.up())), ["update Topology star"]);
    const others = (lines: string[]) => lines.filter((line) => !/^h3 |^switch \d+: p3\b/.test(line));
    assert.deepEqual(others(await identities(lab.host)), others(before));
    assert.equal((await inNetns(lab.host, "h1", `ping -c 1 -W 20 ${addressOf(3)}`)).exitCode, 0);
  });

  it("takes the added host away again, and nothing else", async () => {
    const before = await identities(lab.host);
    await lab.stack.config("hosts", String(size));
    assert.deepEqual(changesOf(done(await lab.stack.up())), ["update Topology star"]);
    const isGone = (line: string) => new RegExp(`^h${size + 1} |^switch \\d+: p${size + 1}\\b`).test(line);
    assert.deepEqual(
      await identities(lab.host),
      before.filter((line) => !isGone(line)),
    );
  });

  if (size === 10) {
    for (const wrong of ["many", "1001", "2.5"]) {
      it(`refuses a size of ${wrong}`, async () => {
        await lab.stack.config("hosts", wrong);
        const { exitCode, text } = await lab.stack.preview();
        await lab.stack.config("hosts", String(size));
        assert.notEqual(exitCode, 0);
        assert.ok(text.includes(`star:hosts is ${wrong}, but must be a whole number from 2 to 1000.`), text);
      });
    }
  }
}

function diffOf({ steps }: Outcome): string[] {
  return steps.find(({ op }) => op === "update")?.diff ?? [];
}

/** What tells each namespace, device and IPv4 address from another one later in its place. */
async function identities(host: LabHost): Promise<string[]> {
  const script = `cd /run/netns; for name in *; do
    (stat -c %i $name; ip -n $name -o link; ip -n $name -o -4 addr) | sed "s/^/$name /"
  done`;
  return (await host.run(["bash", "-c", script])).trim().split("\n").sort();
}
