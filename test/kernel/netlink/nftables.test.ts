import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { NftCommand } from "../../../provider/netlink/libnftables";
import { LabHost } from "../../support/labHost/labHost";
import { nftProcesses } from "../../support/labHost/nftProcess";
import { needs } from "../../support/suites/needs";
import { until } from "../../support/suites/until";
import { NetlinkProcess } from "./netlinkProcess";

const CHAIN = "chain c {\n  type filter hook input priority 0; policy accept;\n";
const GOOD = `create table inet t { comment "mine"; }; table inet t {${CHAIN}  tcp dport { 443, 80 } counter drop\n}\n}\n`;
const MANY = 200;
/** Addresses enough to keep the library at work for a while. */
const MUCH = Array.from(
  { length: 100_000 },
  (_, index) => `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`,
).join();

/** The processor's time that a process has taken, in clock ticks: `utime` of proc_pid_stat(5). */
async function ticksOf(pid: number): Promise<number> {
  return Number((await readFile(`/proc/${pid}/stat`, "utf8")).split(") ")[1]?.split(" ")[11]);
}

describe("nft's library", () => {
  let host: LabHost;
  let netlink: NetlinkProcess;

  before(needs("root", "unshare", "nsenter", "nft"));
  beforeEach(async () => {
    host = await LabHost.start();
    for (const name of ["ours", "theirs"]) await host.ip(`netns add ${name}`);
    netlink = await NetlinkProcess.start(host);
  });
  afterEach(async () => {
    await netlink?.stop();
    await host?.stop();
  });

  const file = (name: string) => `/run/netns/${name}`;
  const asked = (place: string | undefined, ...commands: NftCommand[]) =>
    netlink.find("nft", "run", place, ...commands);
  const byProgram = (name: string, { text, isFile, isStateless }: NftCommand) => {
    const words = isFile ? ["-f", "-"] : [...(isStateless ? ["-s"] : []), ...text.split(" ")];
    const env = { ...process.env, LC_ALL: "C" };
    return host.tryRun(["ip", "netns", "exec", name, "nft", ...words], { env, ...(isFile && { stdin: text }) });
  };

  const cases: [what: string, command: NftCommand][] = [
    ["a table", { text: GOOD, isFile: true }],
    ["a table that is there", { text: `add table inet t; ${GOOD}`, isFile: true }],
    ["a word that it does not know, in line 3", { text: `table inet t {${CHAIN}  acept\n}\n}\n`, isFile: true }],
    ["a chain that is not there, in line 3", { text: `table inet t {${CHAIN}  jump out\n}\n}\n`, isFile: true }],
    ["two mistakes", { text: `table inet t {${CHAIN}  acept\n ip saddr 1.2.3 dorp\n}\n}\n`, isFile: true }],
    ["a device that is not there", { text: `table inet t {${CHAIN}  iif none drop\n}\n}\n`, isFile: true }],
    ["no end", { text: "table inet t {\n\n\n", isFile: true }],
    ["nothing", { text: "", isFile: true }],
    ["letters of all sorts", { text: 'table inet t { comment "äß→\u{1f600}"; }\n', isFile: true }],
    ["a list of a table that is not there", { text: "list table inet none" }],
    ["a table to remove that is not there", { text: "delete table inet none" }],
    ["a name that is a word of its own", { text: "list table inet masquerade" }],
    ["a list of tables", { text: "list tables" }],
  ];
  for (const [what, command] of cases) {
    it(`says and does the same as the program, given ${what}`, async () => {
      const [{ stdout, stderr, exitCode }, theirs] = [
        await asked(file("ours"), command),
        await byProgram("theirs", command),
      ];
      const said = { exitCode, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
      assert.deepEqual(said, { exitCode: theirs.exitCode, stdout: theirs.stdout, stderr: theirs.stderr });
      const show: NftCommand = { text: "list ruleset", isStateless: true };
      const [ours, shown] = [await asked(file("ours"), show), await byProgram("theirs", show)];
      assert.deepEqual(ours.stdout.trimEnd(), shown.stdout);
      assert.equal(shown.stdout === "", !["a table", "letters of all sorts"].includes(what), shown.stdout);
    });
  }

  it("knows the devices of each namespace anew, be it another or the same after a change", async () => {
    const rule = (name: string): NftCommand => ({
      text: `table inet t {${CHAIN}  iif ${name} drop\n}\n}\n`,
      isFile: true,
    });
    for (const name of ["ours", "theirs"]) {
      await host.ip(`-n ${name} link add ${name}0 index ${name === "ours" ? 7 : 8} type veth peer name ${name}1`);
      assert.equal((await asked(file(name), rule(`${name}0`))).exitCode, 0);
      assert.match((await byProgram(name, { text: "list ruleset" })).stdout, new RegExp(`iif "${name}0" drop`));
    }
    assert.match((await asked(file("theirs"), rule("ours0"))).stderr, /Interface does not exist/);
    await host.ip("-n theirs link set theirs0 name ours0");
    assert.equal((await asked(file("theirs"), rule("ours0"))).exitCode, 0);
  });

  it("does several things in a namespace that goes with them, to the first that fails, and touches no other", async () => {
    const list: NftCommand = { text: "list table inet t", isStateless: true };
    const { stdout, exitCode } = await asked("new", { text: GOOD, isFile: true }, list);
    assert.equal(exitCode, 0);
    assert.match(stdout, /tcp dport \{ 80, 443 \} counter drop/);
    const failed = await asked("new", { text: "list table inet none" }, { text: "add table inet t" }, list);
    assert.deepEqual([failed.exitCode, failed.stdout], [1, ""]);
    assert.equal((await asked(undefined, { text: "list tables" })).stdout, "");
    for (const name of ["ours", "theirs"]) assert.equal((await byProgram(name, { text: "list tables" })).stdout, "");
  });

  it("says by errno why it cannot come to a namespace, and goes on", async () => {
    await assert.rejects(asked(file("none"), { text: "list tables" }), { code: "ENOENT" });
    await assert.rejects(asked("/proc/version", { text: "list tables" }), { code: "EINVAL" });
    assert.equal((await asked(file("ours"), { text: "add table inet t" })).exitCode, 0);
  });

  it(`makes ${MANY} tables in one process, which is not there before`, async () => {
    const places = Array.from({ length: MANY }, (_, index) => `h${index}`);
    await host.run(["ip", "-batch", "-"], { stdin: places.map((name) => `netns add ${name}\n`).join("") });
    assert.deepEqual(await nftProcesses(host), []);
    const files = places.map(file);
    const made = await netlink.find("nft", "runEach", files, { text: GOOD, isFile: true });
    const [child, ...others] = await nftProcesses(host);
    assert.deepEqual(others, []);
    assert.ok(made.every(({ exitCode }) => exitCode === 0));
    const listed = await netlink.find("nft", "runEach", files, { text: "list table inet t" });
    assert.ok(listed.every(({ stdout }) => stdout.includes('comment "mine"')));
    assert.deepEqual(await nftProcesses(host), [child]);
  });

  it("that is killed in the middle hurts what was under way and nothing else, and is started anew", async () => {
    await asked(file("ours"), { text: "list tables" });
    const [child = 0] = await nftProcesses(host);
    const before = await ticksOf(child);
    const [first, second] = [
      asked(file("ours"), { text: `add table inet a; add set inet a s { type ipv4_addr; elements = { ${MUCH} }; }` }),
      asked(file("ours"), { text: "add table inet b" }),
    ];
    await until("work", async () => (await ticksOf(child)) > before + 5);
    process.kill(child, "SIGABRT");
    assert.deepEqual(await first, {
      ...{ stdout: "", stderr: "nft's library ended with signal SIGABRT", exitCode: undefined, failure: "killed" },
    });
    assert.equal((await second).exitCode, 0);
    assert.equal((await asked(file("ours"), { text: "list tables" })).stdout, "table inet b\n");
    const [next, ...others] = await nftProcesses(host);
    assert.deepEqual([next === child, others], [false, []]);
  });

  it("that is killed when nothing is asked is started anew, whether its end was seen or not", async () => {
    await asked(file("ours"), { text: "list tables" });
    const [child = 0] = await nftProcesses(host);
    process.kill(child, "SIGKILL");
    await until("its end", async () => (await nftProcesses(host)).length === 0);
    assert.equal((await asked(file("ours"), { text: "add table inet a" })).exitCode, 0);
    const [next = 0] = await nftProcesses(host);
    process.kill(next, "SIGSTOP");
    const added = asked(file("ours"), { text: "add table inet b" });
    // It has been asked when this has come back.
    await netlink.run("nft", "nothing");
    process.kill(next, "SIGKILL");
    assert.equal((await added).exitCode, 0);
  });

  it("hears of no signal that is meant for the plugin, and goes with that, in the middle as well", async () => {
    await asked(file("ours"), { text: "list tables" });
    const [child = 0] = await nftProcesses(host);
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.kill(child, signal);
    assert.equal((await asked(file("ours"), { text: "list tables" })).exitCode, 0);
    assert.deepEqual(await nftProcesses(host), [child]);
    process.kill(child, "SIGSTOP");
    const lost = assert.rejects(asked(file("ours"), { text: "add table inet a" }), /the process ended with SIGKILL/);
    await netlink.run("nft", "nothing");
    process.kill(await netlink.run("nft", "nothing"), "SIGKILL");
    await lost;
    await until("its end", async () => (await nftProcesses(host)).length === 0);
    assert.equal((await byProgram("ours", { text: "list tables" })).stdout, "");
  });
});
