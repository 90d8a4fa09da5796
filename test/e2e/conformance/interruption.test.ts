import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { done, unchanged } from "../../support/example";
import { Gate } from "../../support/gate";
import type { LabHost } from "../../support/labHost";
import { pluginsOf } from "../../support/plugins";
import type { Stack } from "../../support/pulumi";
import { stackSuite } from "../../support/stackSuite";
import { until } from "../../support/until";

const COUNT = 50;
const MANY = `
const net0 = new netns.Namespace("net0");
for (let i = 1; i <= ${COUNT}; i++) new netns.Address("a" + i, { namespace: net0.name, device: "lo", address: \`10.0.0.\${i}/32\` });
`;
/** It stops in the middle: when the twentieth is to be added. */
const MIDDLE = "*addr\\ add\\ 10.0.0.20/32*";
/** The engine's own limit for running steps is 4 × processors; a provider that ends cleanly needs but moments. */
const SECONDS = 15;

type Run = ReturnType<Stack["start"]>;

stackSuite("A run that is interrupted", [], (desk) => {
  /** What is on the host is in the state, and the other way round. */
  const agrees = async (stack: Stack) => {
    const { deployment } = JSON.parse((await stack.run(["stack", "export"])).stdout);
    const recorded = (deployment.resources as { id?: string }[]).flatMap(
      ({ id }) => /10\.0\.0\.\d+\/32/.exec(id ?? "") ?? [],
    );
    assert.deepEqual(recorded.sort(), (await addresses(desk.host)).sort());
    return deployment as { pending_operations?: unknown[] };
  };
  const ended = (host: LabHost) => until("the end of the plugins", async () => (await pluginsOf(host)).length === 0);
  const goesOn = async (stack: Stack) => {
    const up = done(await stack.up());
    assert.equal((up.changes.create ?? 0) + (up.changes.same ?? 0), COUNT + 2, up.text);
    assert.equal((await addresses(desk.host)).length, COUNT);
    unchanged(await stack.up());
    done(await stack.destroy());
    assert.deepEqual(await desk.namespaces(), []);
    assert.equal((await desk.host.tryRun(["ls", "/run/pulumi-netns"])).stdout, "");
  };
  const inTheMiddle = async ({ isDeaf = false } = {}) => {
    const gate = await Gate.before(MIDDLE, { isDeaf });
    desk.atEnd(() => gate.close());
    const stack = await desk.stackOf(MANY);
    const run = stack.start("up", { PATH: gate.path });
    await gate.reached();
    return { stack, run };
  };

  for (const [signal, number] of [
    ["SIGINT", "[36]"],
    ["SIGTERM", "in the same way [59]"],
  ] as const) {
    it(`by one ${signal} in the middle of ${COUNT} creates: ends in seconds, state and host agree, the next up completes it ${number}`, async () => {
      const { stack, run } = await inTheMiddle();
      const start = Date.now();
      run.kill(signal);
      const { exitCode, stdout, stderr } = await run;
      assert.notEqual(exitCode, 0);
      assert.ok(Date.now() - start < SECONDS * 1000, `it took ${Date.now() - start} ms`);
      assert.doesNotMatch(stdout + stderr, /exited prematurely|bug/);
      await ended(desk.host);
      const { pending_operations: pending = [] } = await agrees(stack);
      assert.deepEqual(pending, []);
      assert.ok((await addresses(desk.host)).length < COUNT);
      await goesOn(stack);
    });
  }

  /** The engine takes SIGHUP as its death; after two SIGINTs it waits for nobody. */
  const DEATHS = {
    "two SIGINTs": async (run: Run) => {
      let shown = "";
      for (const stream of [run.stdout, run.stderr]) stream.on("data", (text) => (shown += text));
      run.kill("SIGINT");
      await until("the engine's word on a second ^C", () => /again/.test(shown));
      run.kill("SIGINT");
    },
    SIGHUP: async (run: Run) => void run.kill("SIGHUP"),
  };
  for (const [how, die] of Object.entries(DEATHS)) {
    it(`by ${how}: no plugin is left, \`refresh --clear-pending-creates\` works, the next up completes it [37] [59]`, async () => {
      const { stack, run } = await inTheMiddle({ isDeaf: true });
      await die(run);
      assert.notEqual((await run).exitCode, 0);
      await until("the end of the plugin and of all that it has started", async () => {
        // A language host that is older than the engine does not watch it.
        const commands = await Promise.all((await desk.host.processes()).map(commandOf));
        return commands.every((command) => command === "" || command.includes("pulumi-language-nodejs"));
      });
      await stack.run(["cancel", "--yes", "--stack", "test"]);
      done(await stack.refresh("--clear-pending-creates"));
      const { deployment } = JSON.parse((await stack.run(["stack", "export"])).stdout);
      assert.deepEqual(deployment.pending_operations ?? [], []);
      await goesOn(stack);
    });
  }
});

async function addresses(host: LabHost): Promise<string[]> {
  const { stdout } = await host.tryRun("ip -n net0 -br -4 address show dev lo".split(" "));
  return stdout.match(/10\.0\.0\.\d+\/32/g) ?? [];
}

function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
}
