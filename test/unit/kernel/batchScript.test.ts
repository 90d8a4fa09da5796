import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { batchesOf } from "../../../provider/kernel/batches";
import { addNetns } from "../../../provider/kernel/netns";
import { ip, type Step } from "../../../provider/kernel/step";
import type { Job } from "../../../provider/kernel/waves";
import { remove, scratch } from "../../support/project";
import { until } from "../../support/until";

/** Programs in the place of the real ones: they say who they are, and `ip` writes down what it is given. */
const SHIMS = {
  nsenter: 'echo "nsenter $1" >>"$LOG"; [ "$2" = -- ] || exit 9; shift 2; exec "$@"',
  unshare: 'echo "unshare $1" >>"$LOG"; [ "$2" = -- ] || exit 9; shift 2; exec "$@"',
  ip: `echo "ip $*, $$" >>"$LOG"
text=$(cat)
printf '%s\\n' "$text" | sed 's/^/  /' >>"$LOG"
case $text in
  *fail*) echo 'no' >&2; echo 'Command failed -:1' >&2; exit 1 ;;
  *hang*) exec sleep 60 ;;
esac
echo '[]'`,
};

const up = (netns: string, name: string) => ip(netns, "set it up", ["link", "set", "dev", name, "up"]);
const job = (netns: string, ...steps: Step[]): Job => ({ netns, steps });
const made = (name: string, ...steps: Step[]) => job(name, addNetns(name, "pulumi:a:0"), ...steps);

describe("the script that runs many batches", () => {
  let folder: string;
  const log = () => readFile(path.join(folder, "log"), "utf8").catch(() => "");

  beforeEach(async () => {
    folder = await scratch("batches");
    for (const [name, text] of Object.entries(SHIMS))
      await writeFile(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  });
  afterEach(() => remove(folder));

  function start(...jobs: Job[]): ChildProcess {
    const [shell = "", ...args] = batchesOf(jobs);
    const env = { PATH: `${folder}:${process.env.PATH}`, LOG: path.join(folder, "log") };
    return spawn(shell, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  }

  async function run(...jobs: Job[]) {
    const child = start(...jobs);
    const texts = { stdout: "", stderr: "" };
    child.stdout?.on("data", (part) => (texts.stdout += part));
    child.stderr?.on("data", (part) => (texts.stderr += part));
    const [code] = await once(child, "close");
    return { code, ...texts };
  }

  it("gives each namespace its lines, then looks into it", async () => {
    assert.deepEqual(await run(job("x", up("x", "a"), up("x", "b")), job("/proc/42/ns/net")), {
      code: 0,
      stdout: "[]\n[]\n",
      stderr: "",
    });
    assert.deepEqual((await log()).replaceAll(/, \d+/g, "").split("\n"), [
      "nsenter --net=/run/netns/x",
      "ip -j -d -batch -",
      "  link set dev a up",
      "  link set dev b up",
      "  addr show",
      "nsenter --net=/proc/42/ns/net",
      "ip -j -d -batch -",
      "  ",
      "  addr show",
      "",
    ]);
  });

  it("marks a new namespace, then names it by the process that is in it, then works there", async () => {
    const { code } = await run(made("new", up("new", "a")), made("empty"));
    assert.equal(code, 0);
    const lines = (await log()).split("\n");
    const [first, second] = lines.flatMap((line) => /^ip -j -d -batch -, (\d+)$/.exec(line)?.[1] ?? []);
    assert.deepEqual(lines, [
      "unshare --net",
      `ip -j -d -batch -, ${first}`,
      "  link set dev lo alias pulumi:a:0",
      `  netns attach new ${first}`,
      "  link set dev a up",
      "  addr show",
      "unshare --net",
      `ip -j -d -batch -, ${second}`,
      "  link set dev lo alias pulumi:a:0",
      `  netns attach empty ${second}`,
      "  ",
      "  addr show",
      "",
    ]);
  });

  it("takes lines, names and files for nothing but data", async () => {
    const words = ["END", "$1", "$(touch x)", "`touch x`", "\\$2", "a'b\"c", "*", "-n"];
    const { code } = await run(...words.map((word) => job(`/${word}`, ip(word, "do", [word]))));
    assert.equal(code, 0);
    const lines = (await log()).split("\n");
    assert.deepEqual(
      lines.filter((line) => line.startsWith("nsenter")),
      words.map((word) => `nsenter --net=/${word}`),
    );
    assert.deepEqual(
      lines.filter((line) => line.startsWith("  ") && line !== "  addr show"),
      words.map((word) => `  ${word}`),
    );
  });

  it("gives whole a batch that is longer than a pipe is wide", async () => {
    const many = Array.from({ length: 2800 }, (_, index) => up("x", `eth${index}`));
    assert.equal((await run(job("x", ...many), made("y", ...many))).code, 0);
    const lines = (await log()).split("\n");
    assert.equal(lines.filter((line) => line.startsWith("  link set dev eth")).length, 5600);
    assert.equal(lines.filter((line) => line === "  addr show").length, 2);
  });

  it("ends with the first batch that fails, and with its exit code", async () => {
    assert.deepEqual(await run(job("x", up("x", "a")), job("y", up("y", "fail")), job("z")), {
      code: 1,
      stdout: "[]\n",
      stderr: "no\nCommand failed -:1\n",
    });
    assert.ok(!(await log()).includes("/run/netns/z"));
    assert.equal((await run(made("new", up("new", "fail")), job("z"))).code, 1);
  });

  for (const [what, hanging] of Object.entries({
    "there is": job("x", up("x", "hang")),
    "is new": made("x", up("x", "hang")),
  })) {
    it(`ends what it runs when it is told to end, and begins nothing more, in a namespace that ${what}`, async () => {
      const child = start(hanging, job("z"));
      await until("the batch", async () => /addr show/.test(await log()));
      child.kill("SIGTERM");
      // Closed is what it writes to when the last that can has ended.
      const [code] = await once(child, "close");
      assert.equal(code, 143);
      assert.ok(!(await log()).includes("/run/netns/z"));
    });
  }
});
