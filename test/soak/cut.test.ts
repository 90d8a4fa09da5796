import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { makeProject, remove } from "../support/engine/project";
import { Stack } from "../support/engine/pulumi";
import { cutLine, processesOf, type Way } from "../support/faults/cutLine";
import { makeForeignObjects } from "../support/labHost/foreignObjects";
import type { Snapshot } from "../support/labHost/snapshot";
import { SshLab } from "../support/labHost/sshLab";
import { stableSnapshot } from "../support/labHost/stableSnapshot";
import { done, unchanged } from "../support/suites/exampleSuite";
import { needs } from "../support/suites/needs";
import { cases, sample } from "../support/suites/soak";
import { until } from "../support/suites/until";

const HOSTS = 20;
/** Hosts, each with a cable and an address, one behind the other. The devices are named as somebody else's are. */
const CHAIN = `
const netns = require("pulumi-netns");
let dependsOn = [];
for (let each = 0; each < ${HOSTS}; each++) {
  const { name: namespace } = new netns.Namespace("h" + each, {}, { dependsOn });
  const { a } = new netns.VethPair("d" + each, { a: { name: "f0", namespace }, b: { name: "f1", namespace } });
  dependsOn = [new netns.Address("a" + each, { namespace, device: a.name, address: "10.9.0.1/24" })];
}`;

const IS_OURS = /^h\d+$/;

/** How the line is cut when so many hosts are there. */
const WAYS: [number, Way][] = [
  [1, "cable"],
  [3, "client"],
  [6, "session"],
  [9, "client"],
  [12, "session"],
  [15, "cable"],
  [18, "client"],
];

/** The first line of each error of a run whose line was cut, and what it must say besides. */
const CUT =
  /^(?:update failed|could not reach the lab host ssh:\/\/ann@lab1: (?:ssh was ended here|the connection was lost)|the connection to the provider's process that is root through sudo on ssh:\/\/ann@lab1 was lost in the middle)$/;
const GOES_ON = /it goes on where this run has ended|The next run goes on where this one has ended/;

/** When ssh notices that nobody answers, and then the worker; and how long the kernel waits before it tries again to send. */
const NOTICED_MS = 180_000;

describe("A lab over ssh whose connection is cut in the middle of an up", function () {
  this.timeout(600_000);
  let lab: SshLab;
  let folder: string;
  let stack: Stack;

  before(needs("root", "nsenter", "ip", "nft", "ssh", "sshd", "sudo", "pulumi"));
  before(async () => {
    lab = await SshLab.start();
    folder = await makeProject(CHAIN);
    const runtime = path.join(lab.folder, "run");
    await mkdir(runtime);
    stack = await Stack.open({ host: lab.engine, folder, env: { HOME: lab.env.HOME, XDG_RUNTIME_DIR: runtime } });
    await stack.config("netns:host", lab.host("lab1").url("ann"));
    await stack.config("netns:sudo", "true");
  });
  after(async () => {
    await stack?.close();
    if (folder) await remove(folder);
    await lab?.stop();
  });

  const on = (place: string) => entries(`/proc/${lab.host("lab1").lab.pid}/root/${place}`);
  const sockets = () => on("tmp").filter((name) => name.startsWith("netns-"));
  const hosts = () => on("run/netns").filter((name) => IS_OURS.test(name)).length;
  const running = async () => ({ there: await lab.host("lab1").lab.processes(), here: await lab.engine.processes() });

  const moments: { when: string; way: Way; isIt(): boolean | Promise<boolean> }[] = [
    { when: "ssh starts", way: "client", isIt: async () => (await processesOf(lab.engine, /^ssh\0/)).length > 0 },
    { when: "the programs are brought", way: "session", isIt: () => on("home/ann/.cache/pulumi-netns").length > 0 },
    {
      when: "the worker listens",
      way: "client",
      isIt: () => sockets().some((name) => on(`tmp/${name}`).includes("socket")),
    },
    ...WAYS.map(([count, way]) => ({ when: `there are ${count} hosts`, way, isIt: () => hosts() >= count })),
  ];

  it("goes on with the next one, whenever that was; nothing runs on there, and nothing foreign is touched", async () => {
    const host = lab.host("lab1");
    await makeForeignObjects(host.lab);
    const [before, idle] = [await stableSnapshot(host.lab), await running()];
    for (const { when, way, isIt } of sample(moments, cases(3, moments.length))) {
      const run = stack.runToEnd("up", {});
      const early = run.then(({ stdout }) => assert.fail(`it has ended before ${when}: ${stdout}`));
      early.catch(() => {});
      await Promise.race([until(when, isIt, { everyMs: 1, withinMs: 60_000 }), early]);
      const mend = await cutLine(lab, host, way);
      const { exitCode, stdout } = await run;
      const what = `the ${way} when ${when}: ${stdout}`;
      await mend();
      assert.notEqual(exitCode, 0, what);
      // Each run goes on where the one before was cut: nothing stands in its way.
      for (const [, error = ""] of stdout.matchAll(/^ *error: (.*?):?$/gm)) assert.match(error, CUT, what);
      assert.match(stdout, GOES_ON, what);
      assert.doesNotMatch(stdout, /^\s+at .*:\d+/m, what);
      const rest = async () => JSON.stringify(await running()) === JSON.stringify(idle);
      await until(`the end of all, after ${what}`, rest, { withinMs: NOTICED_MS });
      assert.deepEqual([sockets(), entries(path.join(lab.folder, "run"))], [[], []], what);
    }
    done(await stack.up());
    assert.equal((await stack.resources()).length, 3 * HOSTS + 2);
    unchanged(await stack.up());
    assert.deepEqual(foreign(await stableSnapshot(host.lab)), foreign(before));
    done(await stack.destroy());
    assert.deepEqual(await stableSnapshot(host.lab), before);
    assert.deepEqual(await running(), idle);
  });
});

/** What is in a folder, if that is there. */
function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** All but the lab. */
function foreign({ networks }: Snapshot): unknown {
  return Object.entries(networks).filter(([name]) => !IS_OURS.test(name));
}
