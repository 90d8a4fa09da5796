import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { findOnPath } from "../../tools/shell.mjs";
import { installForPython } from "../support/engine/languages";
import { execute } from "../support/engine/npm";
import { root } from "../support/engine/project";
import { UserLab } from "../support/labHost/userLab";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";

/** Where a user finds what is below folders that she may not enter. */
const REPOSITORY = "/mnt/repository";
const ENGINE = "/mnt/engine";
const HELPERS = path.join(REPOSITORY, "test/support/testing");

describe("pulumi-netns/testing, as a user without rights", function () {
  this.timeout(240_000);
  let user: UserLab;
  let env: NodeJS.ProcessEnv;

  before(needs("root", "nsenter", "unshare", "ip", "ping", "pulumi"));

  before(async () => {
    user = await UserLab.start();
    const engine = path.dirname(findOnPath("pulumi", process.env.PATH ?? "") ?? "");
    const mounts = Object.entries({ [REPOSITORY]: root, [ENGINE]: engine });
    const lines = mounts.map(([to, from]) => `mkdir ${to} && mount -n --bind ${from} ${to}`);
    await user.lab.run(["sh", "-ec", ["mount -n -t tmpfs -o mode=755 tmpfs /mnt", ...lines].join("\n")]);
    env = { ...user.env, PATH: `${ENGINE}:${process.env.PATH}`, TMPDIR: user.home };
  });

  afterEach("nothing is left", async () => {
    await until("the end of all that she has started", async () => (await processesOf(user.uid)).length === 0);
    const files = await user.lab.run([
      "find",
      user.runtime,
      user.home,
      "(",
      "-name",
      ".npm",
      "-prune",
      ")",
      "-o",
      "-type",
      "f",
      "-print",
    ]);
    assert.equal(files, "");
  });

  after(() => user?.stop());

  const run = (line: string, as: readonly string[] = user.as) =>
    user.lab.tryRun([...as, "sh", "-c", line], { cwd: REPOSITORY, env, timeoutMs: 120_000 });

  it("makes the labs of the examples' tests, by the runners that their page names", async () => {
    const page = await readFile(path.join(root, "examples/testing/README.md"), "utf8");
    const [, lines = ""] = /^```sh\n.*env\)"\n(.*?)^```$/ms.exec(page) ?? [];
    const commands = lines.trim().split("\n");
    const ran = await Promise.all(commands.map((line) => run(line)));
    const said = ran.map(({ stdout, stderr }) => `${stdout}\n${stderr}`);
    assert.deepEqual(
      ran.map(({ exitCode }) => exitCode),
      [0, 0, 0],
      said.join("\n"),
    );
    assert.match(said[0] ?? "", /^. pass 3$/m);
    assert.match(said[1] ?? "", /4 passing/);
    assert.match(said[2] ?? "", /Tests .*10 passed/);
  });

  it("says what was wrong with a lab, with a command and with a program, to that one alone, and leaves none of them", async () => {
    const { stdout, stderr } = await run(`PATH=$(echo "$PATH" | sed s/sbin/nowhere/g) node ${HELPERS}/faults.mjs`);
    assert.equal(stderr, "");
    const { wrong, late, ...others } = JSON.parse(stdout);
    assert.match(
      wrong,
      /^LabError: the lab did not come up\n {2}netns:index:Address \(address\):\n.* Cannot find device "nope"$/ms,
    );
    assert.match(late, /^LabError: the lab was not up after 0\.001 s/);
    assert.deepEqual(others, {
      good: { host: "h1" },
      throws: "TypeError: mine",
      forgets: "RangeError: forgotten",
      test: "SyntaxError: the test's own",
      command: "CommandError: h1: sh -c echo out; echo err >&2; exit 3: exit code 3\nout\nerr",
      long: "CommandError: h1: sleep 1000: killed after 100 ms",
      noWords: 'LabError: a command is a list of words, such as ["ip", "address"], not []',
      noList: 'LabError: a command is a list of words, such as ["ip", "address"], not "ip address"',
      elsewhere:
        "LabError: a lab of a test is in a sandbox of its own, so `netns:host` has no place in its configuration",
      path: "/usr/sbin/nologin\n",
      twice: [[{ host: "h1" }, { other: "h2" }], { other: "h2" }],
      stopped: "LabError: the lab has been stopped",
      nobody: "LabError: there is no host h2 in this lab: it has h1",
      allowed: { stdout: "in", stderr: "", exitCode: 4 },
    });
  });

  it("ends with who has made it, in the middle of anything", async () => {
    const owner = user.lab.spawn([...user.as, process.execPath, `${HELPERS}/held.mjs`], { cwd: REPOSITORY, env });
    await once(owner.stdout, "data");
    assert.ok((await processesOf(user.uid)).length > 5);
    const [runner] = (await processesOf(user.uid)).filter(({ words }) => words.includes("held.mjs"));
    process.kill(runner?.pid ?? assert.fail("it does not run"), "SIGKILL");
    await owner;
  });

  it("gets the next lab ready while one is in use, does without it where it was killed, and ends before it is used; an engine that is killed fails its lab alone", async () => {
    const { stdout, stderr } = await run(`node ${HELPERS}/next.mjs`);
    const { killed, ...others } = JSON.parse(stdout || JSON.stringify({ stderr }));
    assert.match(killed, /^LabError: the lab did not come up\n(.*\n)*.*Pulumi's engine was ended by SIGKILL/);
    assert.deepEqual(others, { used: ["h1", "h1", "h1", "h1"], waiting: 1 });
  });

  it("works as root as well", async () => {
    const ran = await run("node --test examples/testing/node-test/routed.test.mjs", []);
    assert.match(ran.stdout, /^. pass 3$/m, ran.stderr);
  });

  it("has its like in Python: examples/testing-python", async function () {
    needs("python3").call(this);
    const { venv, library } = await installForPython(user.folder);
    const prefix = await execute([`${venv}/bin/python`, "-c", "import sys; print(sys.base_prefix)"], root);
    await user.lab.run(["sh", "-ec", letIn(os.homedir(), [venv, prefix]).join("\n")]);
    const settings = [
      `PATH=${REPOSITORY}/dist/plugin:${REPOSITORY}/dist/cli:${venv}/bin:"$PATH"`,
      `PYTHONPATH=${library} PYTHONDONTWRITEBYTECODE=1 PYTEST_ADDOPTS="-p no:cacheprovider"`,
    ];
    const ran = await run(
      `cd examples/testing-python; ${settings.join(" ")} pytest; code=$?; rm -r ~/.pulumi; exit $code`,
    );
    assert.match(ran.stdout, /= 3 passed in /, `${ran.stdout}\n${ran.stderr}`);
  });
});

/** What has one who may not enter a folder find those of its folders, at their own paths, and nothing else of it. */
function letIn(closed: string, folders: readonly string[]): string[] {
  const hidden = folders.filter((folder) => folder.startsWith(`${closed}/`));
  const places = hidden.map((folder, index) => ({ folder, kept: `/mnt/kept${index}` }));
  return [
    ...places.map(({ folder, kept }) => `mkdir ${kept}; mount -n --bind ${folder} ${kept}`),
    ...(hidden.length > 0 ? [`mount -n -t tmpfs -o mode=755 tmpfs ${closed}`] : []),
    ...places.map(({ folder, kept }) => `mkdir -p ${folder}; mount -n --bind ${kept} ${folder}`),
  ];
}

/** What runs as a user, wherever that is, zombies not counted. */
async function processesOf(uid: number): Promise<{ pid: number; words: string }[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [status, words] = await Promise.all(
        ["status", "cmdline"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
      );
      const isIts = new RegExp(`^Uid:\\t${uid}\\t`, "m").test(status ?? "") && !/^State:\tZ/m.test(status ?? "");
      return isIts ? [{ pid: Number(pid), words: words ?? "" }] : [];
    }),
  );
  return found.flat();
}
