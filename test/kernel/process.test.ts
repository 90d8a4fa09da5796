import assert from "node:assert/strict";
import { TestProvider } from "../support/provider/testProvider";
import { processSuite, sh, sleep } from "../support/suites/processSuite";
import { until } from "../support/suites/until";

processSuite("Process on the kernel", (fixture, { create, remove, read, within, commands }) => {
  it("starts a command, reads it, imports it and ends it", async () => {
    const { lab, provider } = fixture;
    process.env.NOT_FOR_LABS = "1";
    const made = await create({ env: { A: "b 'c" } });
    delete process.env.NOT_FOR_LABS;
    const pid = Number(made.state.pid);
    assert.deepEqual([made.id, made.state.running, await commands()], ["x/it", true, ["sleep 2000"]]);
    const environ = (await read(`/proc/${pid}/environ`)).replace(/(NETNS_PROCESS=.*)\.[0-9a-f]{20}\0/, "$1\0");
    assert.deepEqual(environ.split("\0").sort(), [
      ...["", "A=b 'c", "HOME=/root", "LOGNAME=root", `NETNS_PROCESS=${made.state.__mark}`],
      ...["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "USER=root"],
    ]);
    const [, , , , group, session] = (await read(`/proc/${pid}/stat`)).split(" ").map(Number);
    assert.deepEqual([group, session], [pid, pid]);
    assert.match(await read(`/proc/${pid}/status`), /^SigIgn:\t0+$/m);
    assert.equal(await lab.run(["nsenter", "-t", String(pid), "-m", "ls", "/sys/class/net"]), "lo");
    assert.deepEqual(await provider.read("Process", "it", made), made);
    assert.deepEqual(await provider.list("Process", {}), ["x/it"]);
    assert.deepEqual(await provider.list("Process", { namespace: "y" }), []);
    const found = await provider.import("Process", "x/it", "it");
    assert.ok(found);
    const { inputs, failures } = provider.check("Process", "it", found.inputs);
    assert.deepEqual([failures, provider.diff("Process", found, inputs).details], [[], []]);
    await assert.rejects(provider.import("Process", "x/it", "other"), /another resource has it/);
    await assert.rejects(create({}, "other"), /resource `it` of this stack already has it/);
    await remove(made);
    assert.equal(await provider.read("Process", "it", made), undefined);
    await remove(made);
  });

  it("starts one that has ended anew, keeps its log, and tells how it has ended [dead is drift]", async () => {
    const { lab, provider } = fixture;
    const made = await create({ argv: sh("echo begun $$; exec sleep 2000") });
    await lab.run(["kill", "-9", String(made.state.pid)]);
    const seen = await until("its end", async () => {
      const now = await provider.read("Process", "it", made);
      return now?.state.exitCode === 137 ? now : undefined;
    });
    assert.deepEqual([seen.state.running, seen.state.pid], [false, undefined]);
    assert.deepEqual(provider.diff("Process", seen, made.inputs).details, ["running: UPDATE"]);
    const now = await provider.update("Process", "it", seen, made.inputs);
    assert.notEqual(now.state.pid, made.state.pid);
    assert.equal(now.state.__mark, made.state.__mark);
    assert.match(await read(String(now.state.log)), /^begun \d+\nbegun \d+$/);
    await remove(now);
  });

  it("ends and starts it for a change, and puts back the old one where the new one fails", async () => {
    const { provider } = fixture;
    const made = await create({});
    const now = await provider.update("Process", "it", made, { ...sleep, argv: ["sleep", "2003"] });
    assert.deepEqual(await commands(), ["sleep 2003"]);
    await assert.rejects(
      provider.update("Process", "it", now, { ...sleep, argv: sh("echo no way; exit 3") }),
      /could not start it\n.*it has ended with exit code 3; it has said at last:\n\s+no way\n/,
    );
    assert.deepEqual(await commands(), ["sleep 2003"]);
    const stopped = await provider.update("Process", "it", now, { ...sleep, argv: ["sleep", "2003"], running: false });
    assert.deepEqual([await within(), stopped.state.running], [[], false]);
    assert.deepEqual(await provider.read("Process", "it", stopped), stopped);
    const policy = await provider.update("Process", "it", stopped, { ...stopped.inputs, stopTimeoutMs: 5 });
    assert.equal(policy.state.stopTimeoutMs, 5);
    await remove(policy);
  });

  it("is changed, and ended, alone: another one in its namespace goes on", async () => {
    const { provider } = fixture;
    const made = [await create({}), await create({ name: "other", argv: ["sleep", "2004"] }, "other")] as const;
    const now = await provider.update("Process", "it", made[0], { ...sleep, argv: ["sleep", "2003"] });
    assert.deepEqual(await commands(), ["sleep 2003", "sleep 2004"]);
    assert.deepEqual(await provider.read("Process", "other", made[1]), made[1]);
    await remove(now);
    assert.deepEqual(await provider.read("Process", "other", made[1]), made[1]);
    await provider.delete("Process", "other", made[1]);
  });

  for (const [when, moment] of [
    ["before it was started", /^nsenter .* setsid /],
    ["before it was known to be ready", /^writeFile .*\/ready/],
    ["before the engine had stored it", /never/],
  ] as const) {
    it(`goes on after a run that died ${when}, and after one that died while it ended it`, async () => {
      const [dying, next, ending] = [1, 2, 3].map(() => new TestProvider(fixture.lab));
      assert.ok(dying && next && ending);
      dying.dieBefore((command) => moment.test(command));
      await dying.create("Process", "it", sleep).catch(({ message }) => assert.match(message, /the process is dead/));
      const made = await next.create("Process", "it", sleep);
      assert.deepEqual(await commands(), ["sleep 2000"]);
      ending.dieBefore((command) => /^rm -rf/.test(command));
      await assert.rejects(ending.delete("Process", "it", made), /the process is dead/);
      await remove(made);
    });
  }

  it("is found by its mark where its folder or its namespace is gone, and ended", async () => {
    const { lab, provider } = fixture;
    for (const by of ["rm -r /run/pulumi-netns/*/processes", "ip netns del x && ip netns add x"]) {
      const made = await create({});
      await lab.run(["sh", "-c", by]);
      const seen = await provider.read("Process", "it", made);
      assert.equal(seen?.state.__remains, true, by);
      await provider.delete("Process", "it", seen);
      const alive = await lab.tryRun(["kill", "-0", String(made.state.pid)]);
      assert.notEqual(alive.exitCode, 0, by);
    }
  });
});
