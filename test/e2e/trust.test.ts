import assert from "node:assert/strict";
import { CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { encode } from "../../provider/server/property";
import { Breakpoint } from "../support/faults/breakpoint";
import type { LabHost } from "../support/labHost/labHost";
import { nftProcesses } from "../support/labHost/nftProcess";
import { connectAs } from "../support/labHost/otherUser";
import { pluginsOf } from "../support/labHost/plugins";
import { stackSuite } from "../support/suites/stackSuite";
import { until } from "../support/suites/until";

/** A table, which is made in another process than all else. */
const wall = (options = "{}") => `
  const net0 = new netns.Namespace("net0");
  const rules = "chain in { type filter hook input priority 0; }";
  const firewall = new netns.Firewall("wall", { name: "wall", namespace: net0.name, rules }, ${options});
`;
const MAKING = /nft create table/;

stackSuite("A run through the engine", ["nft", "sudo", "setpriv"], (fixture) => {
  it("shows the command for each thing that it does when asked for debug lines", async () => {
    const stack = await fixture.stackOf('new netns.Namespace("net0");');
    const { text } = await stack.up("--debug");
    assert.match(text, /ip netns add net0/);
    assert.match(text, /nsenter --net=\/run\/netns\/net0 ip link set dev lo up/);
  });

  it("keeps a secret secret: in the state, in what is printed, in debug lines and in errors [41]", async () => {
    const stack = await fixture.stackOf(`
      const net0 = new netns.Namespace("net0");
      const mac = pulumi.secret("02:5e:c2:e7:00:01");
      const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name, mac }, b: { name: "veth1", namespace: net0.name } });
      new netns.Address("one", { namespace: net0.name, device: "lo", address: pulumi.secret("10.77.88.99/32") });
      new netns.Address("bad", { namespace: net0.name, device: "none", address: pulumi.secret("10.77.88.98/32") }, { dependsOn: link });
    `);
    const { text, exitCode } = await stack.up("--debug");
    assert.notEqual(exitCode, 0);
    assert.match(text, /could not add the address/);
    // Lines that wait together go out as one message, so not each begins with "debug: ".
    // Pulumi's own Node SDK prints every answer of the engine whole when debug lines are asked for.
    const told = text.split("\n").filter((line) => !line.includes("RPC finished"));
    assert.ok(told.some((line) => /link add .*\[secret\]/.test(line)));
    for (const secret of ["02:5e:c2:e7:00:01", "10.77.88.98"]) {
      assert.deepEqual(
        told.filter((line) => line.includes(secret)),
        [],
      );
    }
    const state = JSON.stringify(await stack.resources());
    assert.ok(!state.includes("02:5e:c2:e7:00:01"));
    assert.equal(state.match(/10\.77\.88\.99/g)?.length, 1, "only the id, which is never secret, shows the address");
    assert.ok((await fixture.host.ip("-n net0 link")).includes("02:5e:c2:e7:00:01"));
    await stack.destroy();
  });

  it("stops a command that hangs at the resource's own timeout, with nothing left of it [39]", async () => {
    const breakpoint = await Breakpoint.before(MAKING);
    fixture.atEnd(() => breakpoint.close());
    const stack = await fixture.stackOf(wall('{ customTimeouts: { create: "4s" } }'), breakpoint.env);
    const failed = await stack.up();
    assert.match(failed.text, /Firewall net0\/inet\/wall: could not make the table/);
    assert.match(failed.text, /Raise `customTimeouts` of the resource or `netns:timeoutSeconds`/);
    assert.deepEqual(
      (await stack.resources()).filter((one) => String(one.type).endsWith("Firewall")),
      [],
    );
    await until("the end of its process", async () => (await nftProcesses(fixture.host)).length === 0);
    await breakpoint.resume();
    const second = await stack.up();
    assert.deepEqual(second.changes, { create: 1, same: 2 }, second.text);
    await stack.destroy();
  });

  it("serves no other user in the middle, tells the user who tried, and goes on", async () => {
    const breakpoint = await Breakpoint.before(MAKING);
    fixture.atEnd(() => breakpoint.close());
    const stack = await fixture.stackOf(wall());
    const run = stack.start("up", breakpoint.env);
    await breakpoint.reached();
    const [plugin = 0] = await pluginsOf(fixture.host);
    const message = new CreateRequest()
      .setUrn(stack.urn("Namespace", "theirs"))
      .setProperties(encode({ name: "theirs", loopbackUp: true }))
      .serializeBinary();
    assert.equal(
      await connectAs({ uid: 65534, port: await portOf(fixture.host, plugin), message, words: fixture.host.door }),
      0,
    );
    await breakpoint.resume();
    const { exitCode, stdout } = await run;
    assert.equal(exitCode, 0, stdout);
    assert.match(stdout, /warning: The provider has turned away a process of uid 65534, from port \d+\. Only the user/);
    assert.deepEqual(await fixture.namespaces(), ["net0"]);
    await stack.destroy();
  });

  it("ends in order on an interrupt in the middle: the state is true, and the next up goes on [36]", async () => {
    const breakpoint = await Breakpoint.before(MAKING);
    fixture.atEnd(() => breakpoint.close());
    const stack = await fixture.stackOf(`${wall()}
      new netns.Address("one", { namespace: net0.name, device: "lo", address: "10.0.0.1/32" }, { dependsOn: firewall });
    `);
    const run = stack.start("up", breakpoint.env);
    await breakpoint.reached();
    run.kill("SIGINT");
    const { exitCode, stdout, stderr } = await run;
    assert.notEqual(exitCode, 0);
    assert.doesNotMatch(stdout + stderr, /exited prematurely|bug/);
    const held = (await stack.resources()).map((one) => String(one.type).split(":").at(-1)).sort();
    assert.deepEqual(held, ["Namespace", "Stack", "netns"]);
    assert.equal(await fixture.host.ip("netns exec net0 nft list tables"), "");
    const second = await stack.up();
    assert.deepEqual(second.changes, { create: 2, same: 2 }, second.text);
    await stack.destroy();
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("previews offline from the recorded state, on a machine without the lab, and changes nothing there", async () => {
    const stack = await fixture.stackOf('new netns.Namespace("net0");');
    await stack.up();
    await fixture.host.reboot();
    const offline = { NETNS_OFFLINE: "true", PATH: "/nowhere" };
    const { PATH: _, ...env } = stack.env;
    const paths = { ...env, ...offline, PATH: process.env.PATH };
    const preview = await stack.run(["preview", "--json", "--stack", "test"], { env: paths });
    assert.deepEqual(JSON.parse(preview.stdout).changeSummary, { same: 2 }, preview.stderr);
    await stack.config("netns:offline", "true");
    const refused = await stack.run(["destroy", "--yes", "--stack", "test"], { env: paths });
    assert.match(refused.stdout, /nothing may be changed, because the provider is offline/);
  });

  it("ends at once without the rights, with one clear error that gives the sudo line; a preview needs none [52]", async () => {
    const stack = await fixture.stackOf('new netns.Namespace("net0"); new netns.Namespace("net1");');
    const bounds = ["setpriv", "--bounding-set", "-sys_admin,-net_admin", "--"];
    const powerless = (words: string[]) =>
      fixture.host.tryRun([...bounds, "pulumi", ...words], { cwd: stack.folder, env: stack.env });
    const preview = await powerless(["preview", "--json", "--stack", "test"]);
    assert.deepEqual(JSON.parse(preview.stdout).changeSummary, { create: 3 });
    const up = await powerless(["up", "--yes", "--skip-preview", "--color", "never", "--stack", "test"]);
    assert.notEqual(up.exitCode, 0);
    const errors = [...up.stdout.matchAll(/error: (netns:index:Namespace.*)/g)].map(([, line]) => line);
    assert.ok(
      errors.some((line) => /this user may not change the host's network namespaces$/.test(String(line))),
      up.stdout,
    );
    assert.match(up.stdout, /the provider's process lacks CAP_NET_ADMIN and CAP_SYS_ADMIN/);
    assert.equal(new Set(up.stdout.match(/Run it as root: sudo .* pulumi up/g)).size, 1);
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("works as root by one sudo a run when told so, and by none in a first preview; secrets stay secret", async () => {
    const stack = await fixture.stackOf(`
      const net0 = new netns.Namespace("net0");
      const mac = pulumi.secret("02:5e:c2:e7:00:01");
      new netns.VethPair("link", { a: { name: "va", namespace: net0.name, mac }, b: { name: "vb", namespace: net0.name } });
      new netns.Sysctl("forward", { namespace: net0.name, key: "net.ipv4.ip_forward", value: 1 });
      new netns.Address("one", { namespace: net0.name, device: "lo", address: "10.0.0.1/32" });
    `);
    await stack.config("netns:sudo", "true");
    const sudos = (told: string) => new Set(told.match(/sudo -n -- .* --worker=.*/g)).size;
    const preview = await stack.run(["preview", "--debug", "--color", "never", "--stack", "test"]);
    assert.deepEqual([preview.exitCode, sudos(preview.stdout)], [0, 0], preview.stdout);
    const { text, changes } = await stack.up("--debug");
    assert.deepEqual(changes, { create: 5 }, text);
    assert.equal(sudos(text), 1, text);
    const told = text.split("\n").filter((line) => !line.includes("RPC finished"));
    assert.ok(told.some((line) => /link add .*\[secret\]/.test(line)));
    assert.ok(!told.some((line) => line.includes("02:5e:c2:e7:00:01")));
    assert.deepEqual((await stack.preview()).changes, { same: 5 });
    assert.equal((await stack.destroy()).exitCode, 0);
    assert.deepEqual(await fixture.namespaces(), []);
    assert.equal((await fixture.host.tryRun(["ls", "/run/pulumi-netns"])).stdout, "");
  });
});

/** The port that a process listens on. */
async function portOf(host: LabHost, pid: number): Promise<string> {
  const lines = (await host.run(["ss", "-Hltnp"])).split("\n");
  const line = lines.find((one) => one.includes(`pid=${pid},`));
  return /:(\d+) /.exec(line ?? "")?.[1] ?? assert.fail(lines.join("\n"));
}
