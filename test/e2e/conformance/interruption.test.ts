import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Stack } from "../../support/engine/pulumi";
import { Breakpoint } from "../../support/faults/breakpoint";
import type { LabHost } from "../../support/labHost/labHost";
import { pluginsOf } from "../../support/labHost/plugins";
import { done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";
import { until } from "../../support/suites/until";

const COUNT = 50;
const MANY = `
const net0 = new netns.Namespace("net0");
const address = (i, options) =>
  new netns.Address("a" + i, { namespace: net0.name, device: "lo", address: \`10.0.0.\${i}/32\` }, options);
for (let i = 1; i <= ${COUNT / 2}; i++) address(i);
const rules = "chain in { type filter hook input priority 0; }";
const wall = new netns.Firewall("wall", { name: "wall", namespace: net0.name, rules });
for (let i = ${COUNT / 2 + 1}; i <= ${COUNT}; i++) address(i, { dependsOn: wall });
`;
/** Where it stops in the middle. */
const MIDDLES = {
  "while nftables is at work": () => Breakpoint.before(/nft create table/),
  "between two requests to the kernel": () => Breakpoint.before(/RTM_NEWADDR .*local=10\.0\.0\.20$/),
};
/** The engine's own limit for running steps is 4 × processors; a provider that ends cleanly needs but moments. */
const SECONDS = 15;

type Run = { run: ReturnType<Stack["start"]>; says(words: RegExp): Promise<unknown> };

stackSuite("A run that is interrupted", ["nft"], (fixture) => {
  /** What is on the host is in the state, and the other way round. */
  const agrees = async (stack: Stack) => {
    const { deployment } = JSON.parse((await stack.run(["stack", "export"])).stdout);
    const recorded = (deployment.resources as { id?: string }[]).flatMap(
      ({ id }) => /10\.0\.0\.\d+\/32|inet\/wall$/.exec(id ?? "") ?? [],
    );
    assert.deepEqual(recorded.sort(), (await made(fixture.host)).sort());
    return deployment as { pending_operations?: unknown[] };
  };
  const ended = (host: LabHost) => until("the end of the plugins", async () => (await pluginsOf(host)).length === 0);
  const goesOn = async (stack: Stack) => {
    const up = done(await stack.up());
    assert.equal((up.changes.create ?? 0) + (up.changes.same ?? 0), COUNT + 3, up.text);
    assert.equal((await made(fixture.host)).length, COUNT + 1);
    unchanged(await stack.up());
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
    assert.equal((await fixture.host.tryRun(["ls", "/run/pulumi-netns"])).stdout, "");
  };
  const inTheMiddle = async (breakpoint: Breakpoint) => {
    fixture.atEnd(() => breakpoint.close());
    const stack = await fixture.stackOf(MANY);
    const run = stack.start("up", breakpoint.env);
    let shown = "";
    for (const stream of [run.stdout, run.stderr]) stream.on("data", (text) => (shown += text));
    await breakpoint.reached();
    return { stack, run, says: (words: RegExp) => until(`the engine's ${words}`, () => words.test(shown)) };
  };

  for (const [signal, number] of [
    ["SIGINT", "[36]"],
    ["SIGTERM", "in the same way [59]"],
  ] as const) {
    for (const [middle, gateThere] of Object.entries(MIDDLES))
      it(`by one ${signal} in the middle of ${COUNT} creates, ${middle}: ends in seconds, state and host agree, the next up completes it ${number}`, async () => {
        const breakpoint = await gateThere();
        const { stack, run, says } = await inTheMiddle(breakpoint);
        const start = Date.now();
        run.kill(signal);
        await says(/cancelling/);
        if (middle.startsWith("between")) await breakpoint.resume();
        const { exitCode, stdout, stderr } = await run;
        assert.notEqual(exitCode, 0);
        assert.ok(Date.now() - start < SECONDS * 1000, `it took ${Date.now() - start} ms`);
        assert.doesNotMatch(stdout + stderr, /exited prematurely|bug/);
        await ended(fixture.host);
        const { pending_operations: pending = [] } = await agrees(stack);
        assert.deepEqual(pending, []);
        assert.ok((await made(fixture.host)).length < COUNT);
        await goesOn(stack);
      });
  }

  /** The engine takes SIGHUP as its death; after two SIGINTs it waits for nobody. */
  const DEATHS = {
    "two SIGINTs": async ({ run, says }: Run) => {
      run.kill("SIGINT");
      await says(/again/);
      run.kill("SIGINT");
    },
    SIGHUP: async ({ run }: Run) => void run.kill("SIGHUP"),
  };
  for (const [how, die] of Object.entries(DEATHS)) {
    it(`by ${how}: no plugin is left, \`refresh --clear-pending-creates\` works, the next up completes it [37] [59]`, async () => {
      const middle = await inTheMiddle(await Breakpoint.before(/nft create table/));
      const { stack, run } = middle;
      await die(middle);
      assert.notEqual((await run).exitCode, 0);
      await until("the end of the plugin and of all that it has started", async () => {
        // A language host that is older than the engine does not watch it.
        const commands = await Promise.all((await fixture.host.processes()).map(commandOf));
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

/** The addresses and the table that are there. */
async function made(host: LabHost): Promise<string[]> {
  const { stdout } = await host.tryRun("ip -n net0 -br -4 address show dev lo".split(" "));
  const tables = await host.tryRun("ip netns exec net0 nft list tables".split(" "));
  return [...(stdout.match(/10\.0\.0\.\d+\/32/g) ?? []), ...(tables.stdout === "table inet wall" ? ["inet/wall"] : [])];
}

function commandOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
}
