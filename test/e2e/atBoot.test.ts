import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { execute } from "../support/engine/npm";
import { remove, root, scratch } from "../support/engine/project";
import { commandOf, settingsOf, UNIT } from "../support/labHost/unit";
import { stackSuite } from "../support/suites/stackSuite";

const PROGRAM = `
  const net0 = new netns.Namespace("net0");
  const net1 = new netns.Namespace("net1");
  const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name }, b: { name: "veth1", namespace: net1.name } });
  new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
  new netns.Address("right", { namespace: net1.name, device: link.b.name, address: "10.0.1.2/24" });
`;

stackSuite("A lab at the boot of its host", ["systemd-analyze", "ping"], (fixture) => {
  it("has a unit in which systemd finds nothing wrong", async () => {
    const { stdout, stderr } = await fixture.host.tryRun(["systemd-analyze", "verify", "--man=no", UNIT]);
    assert.equal(`${stdout}${stderr}`, "");
    // It finds wrong words, but not with its exit code.
    const folder = await scratch("unit");
    fixture.atEnd(() => remove(folder));
    const wrong = path.join(folder, "netns-lab@.service");
    await writeFile(wrong, (await readFile(UNIT, "utf8")).replace("KillMode=", "KilMode="));
    assert.match((await fixture.host.tryRun(["systemd-analyze", "verify", "--man=no", wrong])).stderr, /KilMode/);
  });

  it("is back after the unit's command, which asks for nothing, all below /run gone", async () => {
    const { host } = fixture;
    const stack = await fixture.stackOf(PROGRAM);
    const { file, passphrase } = await settingsOf(stack);
    const { argv, env } = await commandOf(file);
    const run = () => host.tryRun(argv, { cwd: "/", env, timeoutMs: 100_000 });
    const made = await run();
    assert.equal(made.exitCode, 0, `${made.stdout}${made.stderr}`);
    await host.reboot();
    assert.deepEqual(await fixture.namespaces(), []);

    const back = await run();
    assert.equal(back.exitCode, 0, `${back.stdout}${back.stderr}`);
    assert.match(back.stdout, /\+ 5 created/);
    assert.doesNotMatch(back.stdout, /@ updating/);
    await host.run(["ip", "netns", "exec", "net0", "ping", "-c1", "-W2", "10.0.1.2"]);
    // A restart of the unit finds all as it is to be.
    assert.match((await run()).stdout, /6 unchanged/);

    await writeFile(passphrase, "wrong\n");
    const refused = await run();
    assert.notEqual(refused.exitCode, 0);
    assert.match(`${refused.stdout}${refused.stderr}`, /incorrect passphrase/);
    await remove(passphrase);
    const without = await run();
    assert.notEqual(without.exitCode, 0);
    assert.match(`${without.stdout}${without.stderr}`, /passphrase/);
  });

  it("is in the package", async () => {
    const listed = await execute(["npm", "pack", "--dry-run", "--json", "--ignore-scripts"], root);
    const [{ files }] = JSON.parse(listed) as [{ files: { path: string }[] }];
    assert.ok(files.some((file) => file.path === "systemd/netns-lab@.service"));
  });
});
