import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { NetnsError } from "../../../provider/errors";
import { Nftables } from "../../../provider/netlink/nftables";
import { until } from "../../support/suites/until";

const program = require.resolve("./nftStandIn");
const never = new AbortController().signal;
const aborted = { stdout: "", stderr: "", exitCode: undefined, failure: "aborted" };

describe("the process of nftables", () => {
  let nftables: Nftables;
  let starts: number;
  beforeEach(() => {
    starts = 0;
    nftables = new Nftables({
      program,
      from: (start) => {
        starts += 1;
        return start();
      },
    });
  });

  const asked = (text: string, signal = never) => nftables.run("/run/netns/x", [{ text }], signal);
  const pid = async () => Number((await asked("pid")).stdout);

  it("is started when it is first asked, once, for all that is asked, and gets that as it is", async () => {
    assert.equal(starts, 0);
    const pids = await Promise.all([pid(), pid(), pid()]);
    assert.deepEqual([new Set(pids).size, starts], [1, 1]);
    assert.equal(await pid(), pids[0]);
    const commands = [{ text: "asked" }, { text: "table ü {\n}", isFile: true }];
    for (const place of ["/run/netns/x", "new", undefined]) {
      const { stdout } = await nftables.run(place, commands, never);
      assert.deepEqual(JSON.parse(stdout), { ...(place && { place }), commands });
    }
    assert.equal((await asked("environment")).stdout, "C");
  });

  it("that ends in the middle fails what it was at, with its last words, and nothing that was asked besides", async () => {
    const [before, crash, after] = await Promise.all([pid(), asked("abort"), pid()]);
    const { stdout, stderr, ...rest } = crash;
    assert.deepEqual([stdout, rest], ["", { exitCode: undefined, failure: "killed" }]);
    assert.match(stderr, /^nft's library ended with signal SIGABRT/);
    assert.notEqual(after, before);
    assert.equal(await pid(), after);
    assert.deepEqual(await asked("exit"), {
      stdout: "",
      stderr: "nft's library ended with exit 3\nUnable to initialize Netlink socket: Protocol not supported",
      exitCode: 3,
    });
    assert.notEqual(await pid(), after);
  });

  it("that ended while it was asked nothing is missed by nobody", async () => {
    const before = await pid();
    process.kill(before, "SIGKILL");
    await until("its end", () => !existsSync(`/proc/${before}/exe`));
    assert.notEqual(await pid(), before);
  });

  it("that ends before it has heard what it is asked is asked once more, anew", async () => {
    await pid();
    const { failure, stderr } = await asked("deaf");
    assert.deepEqual([failure, stderr, starts], ["killed", "nft's library ended with signal SIGKILL", 2]);
    assert.ok((await pid()) > 0);
  });

  it("ends with a signal for what it is at, which waits for that; what waits and is not aborted goes on", async () => {
    const before = await pid();
    const [first, second, cancelled] = [new AbortController(), new AbortController(), AbortSignal.abort()];
    const hanging = asked("hang", first.signal);
    const [waiting, next] = [asked("pid", second.signal), pid()];
    assert.deepEqual(await asked("pid", cancelled), aborted);
    second.abort();
    assert.deepEqual(await waiting, aborted);
    assert.ok(existsSync(`/proc/${before}/exe`));
    first.abort();
    assert.deepEqual(await hanging, aborted);
    assert.ok(!existsSync(`/proc/${before}/exe`));
    assert.notEqual(await next, before);
    assert.equal(starts, 2);
  });

  it("hands on errors as they are", async () => {
    await assert.rejects(asked("errno"), { message: "setns: EPERM", code: "EPERM", errno: 1 });
    await assert.rejects(asked("ours"), (error) => error instanceof NetnsError && error.kind === "unsupported");
  });

  it("that cannot be started fails what was asked, and is tried again", async () => {
    let isFull = true;
    nftables = new Nftables({
      program,
      from: (start) => {
        if (isFull) throw Object.assign(new Error("spawn ENOMEM"), { code: "ENOMEM", errno: -12 });
        return start();
      },
    });
    await assert.rejects(asked("pid"), { code: "ENOMEM" });
    isFull = false;
    assert.ok((await pid()) > 0);
  });

  it("keeps nobody alive who asks nothing more, and whoever waits for an answer", async () => {
    const file = JSON.stringify(path.resolve("provider/netlink/nftables.ts"));
    const code = `
      const { Nftables } = require(${file});
      new Nftables({ program: ${JSON.stringify(program)} })
        .run(undefined, [{ text: "pid" }], new AbortController().signal)
        .then(({ stdout }) => console.log(stdout));`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--require", "tsx/cjs", "-e", code], {
      timeout: 30_000,
    });
    assert.match(stdout, /^\d+\n$/);
    await until("its end", () => !existsSync(`/proc/${stdout.trim()}/exe`));
  });
});
