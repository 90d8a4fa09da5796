import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite } from "../support/suites/kernelSuite";
import { until } from "../support/suites/until";

kernelSuite("Processes in a Topology", (fixture) => {
  const process = (namespace: string, name: string, seconds: number, more: object = {}) => ({
    ...{ namespace, name, argv: ["sleep", String(seconds)] },
    ...more,
  });
  const inputs = (processes: Json[], more: object = {}) => ({
    namespaces: [{ name: "p" }, { name: "q" }],
    processes,
    ...more,
  });
  const TWO = [process("p", "one", 3001), process("q", "two", 3002)];
  const sleeping = async () =>
    (await fixture.lab.run(["sh", "-c", "grep -laE '^sleep.300' /proc/[0-9]*/cmdline | xargs -r cat | tr '\\0' ' '"]))
      .trim()
      .split(/(?<=\d) (?=sleep)/)
      .sort();
  const create = (wanted: Json) => fixture.provider.create("Topology", "lab", wanted);
  const update = (made: Awaited<ReturnType<typeof create>>, wanted: Json) =>
    fixture.provider.update("Topology", "lab", made, fixture.provider.check("Topology", "lab", wanted).inputs);
  const processesOf = (made: { state: Json }) => made.state.processes as Json[];

  async function isGone(): Promise<void> {
    assert.deepEqual(await sleeping(), [""]);
    assert.equal(await fixture.lab.run(["sh", "-c", "ls -d /run/pulumi-netns/*/processes 2>/dev/null || :"]), "");
  }

  it("are started with it, each told from the others, and gone with it", async () => {
    const { lab, provider } = fixture;
    const made = await create(inputs(TWO));
    assert.deepEqual(await sleeping(), ["sleep 3001", "sleep 3002"]);
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    assert.deepEqual(provider.diff("Topology", made, made.inputs).details, []);
    await lab.run(["kill", String(processesOf(made)[1]?.pid)]);
    const seen = await until("its end", async () => {
      const now = await provider.read("Topology", "lab", made);
      return now && processesOf(now)[1]?.running === false ? now : undefined;
    });
    assert.deepEqual(provider.diff("Topology", seen, made.inputs).details, ["processes[1].running: UPDATE"]);
    const now = await update(seen, made.inputs);
    assert.equal(processesOf(now)[0]?.pid, processesOf(made)[0]?.pid);
    assert.deepEqual(await sleeping(), ["sleep 3001", "sleep 3002"]);
    const fewer = await update(now, inputs(TWO.slice(0, 1)));
    assert.deepEqual(await sleeping(), ["sleep 3001"]);
    await provider.delete("Topology", "lab", fewer);
    await isGone();
  });

  it("are ended before they are started anew where a setting changes along with them", async () => {
    const { provider } = fixture;
    const forwarding = (value: number) => ({ sysctls: [{ namespace: "q", key: "net.ipv4.ip_forward", value }] });
    const made = await create(inputs(TWO, forwarding(0)));
    const now = await update(made, inputs([process("p", "one", 3003), TWO[1] as Json], forwarding(1)));
    assert.deepEqual(await sleeping(), ["sleep 3002", "sleep 3003"]);
    assert.equal(processesOf(now)[1]?.pid, processesOf(made)[1]?.pid);
    await provider.delete("Topology", "lab", now);
    await isGone();
  });

  it("are as before when a change of the Topology fails, or it is not made at all", async () => {
    const { provider } = fixture;
    const failing = { processes: [...TWO, process("p", "three", 3003, { argv: ["sh", "-c", "exit 3"] })] };
    await assert.rejects(create(inputs([], failing)), /ended with exit code 3/);
    await isGone();
    const made = await create(inputs(TWO));
    const changed = [process("p", "one", 3004), process("p", "three", 3003, { argv: ["sh", "-c", "exit 3"] })];
    await assert.rejects(update(made, inputs(changed)), /ended with exit code 3/);
    assert.deepEqual(await sleeping(), ["sleep 3001", "sleep 3002"]);
    const seen = await provider.read("Topology", "lab", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Topology", seen, made.inputs).details, []);
    await provider.delete("Topology", "lab", seen);
    await isGone();
  });

  it("are started anew with their namespace, and ended without it", async () => {
    const { lab, provider } = fixture;
    const made = await create(inputs(TWO));
    await lab.ip("netns del p");
    const seen = await provider.read("Topology", "lab", made);
    assert.ok(seen);
    const now = await update(seen, made.inputs);
    assert.deepEqual(await sleeping(), ["sleep 3001", "sleep 3002"]);
    assert.equal(await lab.ip("netns pids p").then((pids) => pids.includes(String(processesOf(now)[0]?.pid))), true);
    await lab.ip("netns del p");
    const without = await provider.read("Topology", "lab", now);
    assert.ok(without);
    const left = await update(without, { ...inputs(TWO.slice(1)), namespaces: [{ name: "q" }] });
    assert.deepEqual(await sleeping(), ["sleep 3002"]);
    await lab.ip("netns del q");
    await provider.delete("Topology", "lab", left);
    await isGone();
  });

  it("go on after a run that died, and leave nothing", async () => {
    const [dying, next] = [1, 2].map(() => new TestProvider(fixture.lab));
    assert.ok(dying && next);
    dying.dieBefore((command) => /^writeFile .*two\/ready/.test(command));
    await assert.rejects(dying.create("Topology", "lab", inputs(TWO)), /the process is dead/);
    const made = await next.create("Topology", "lab", inputs(TWO));
    assert.deepEqual(await sleeping(), ["sleep 3001", "sleep 3002"]);
    await next.delete("Topology", "lab", made);
    await isGone();
  });
});
