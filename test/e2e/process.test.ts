import assert from "node:assert/strict";
import { done } from "../support/suites/exampleSuite";
import { stackSuite } from "../support/suites/stackSuite";
import { until } from "../support/suites/until";

const SECRETS = ["5e1f-in-env", "5e1f-in-argv", "5e1f-in-a-file"];

/** Says in the environment, a word and a file what nobody is to know. It is ready when the test says so, or ends. */
const program = (wayOut: string) => `
const net = new netns.Namespace("net0");
new netns.Process("it", {
  namespace: net.name,
  argv: pulumi.secret(["sh", "-c", ${JSON.stringify(wayOut)}, "sh", "${SECRETS[1]}"]),
  env: { TOKEN: pulumi.secret("${SECRETS[0]}") },
  files: { "/etc/secret": pulumi.secret("${SECRETS[2]}\\n") },
  ready: { command: ["test", "-e", "/run/ready"], timeoutMs: 60000 },
});
`;
const RUNS = '[ "$(cat /etc/secret)" ] && [ "$TOKEN" ] && exec sleep 4001';

stackSuite("a Process of the real engine", [], (fixture) => {
  it("keeps secrets, goes on after the engine was killed while it started, and leaves one copy, or none", async () => {
    const { host } = fixture;
    const copies = async () => (await host.ip("netns pids net0")).split("\n").filter(Boolean);
    // With --debug Pulumi's own library tells all outputs.
    const OF_PULUMI = /^.* RegisterResource RPC finished: .*$/gm;
    const isKept = (all: string) => {
      const text = all.replace(OF_PULUMI, "");
      for (const secret of SECRETS) assert.equal(text.includes(secret), false, secret);
    };
    const stack = await fixture.stackOf(program(RUNS));

    const running = stack.start("up");
    await until("its start", async () => {
      const all = await Promise.all(
        (await copies().catch(() => [])).map((pid) => host.tryRun(["cat", `/proc/${pid}/cmdline`])),
      );
      return all.some(({ stdout }) => stdout.startsWith("sleep"));
    });
    running.kill("SIGKILL");
    await running;
    await host.run(["touch", "/run/ready"]);
    await stack.run(["cancel", "--yes", "--non-interactive"]);
    done(await stack.refresh("--clear-pending-creates"));
    const up = done(await stack.up("--debug"));
    isKept(up.text);
    isKept(JSON.stringify(await stack.resources()));
    assert.equal((await host.run(["sh", "-c", "ps -eo args= | grep -c '^sleep 4001$'"])).trim(), "1");

    await fixture.edit(stack, program("cat /etc/secret >/dev/null; exit 3"));
    const failed = await stack.up("--debug");
    assert.match(failed.text, /it has ended with exit code 3; it has said nothing/);
    isKept(failed.text);
    isKept(JSON.stringify(await stack.resources()));

    done(await stack.destroy());
    assert.equal((await host.tryRun(["sh", "-c", "ps -eo args= | grep '^sleep 4001$'"])).stdout, "");
    assert.deepEqual(await fixture.namespaces(), []);
  });
});
