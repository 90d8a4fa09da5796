import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { distDir } from "../../tools/places.mjs";
import { ANN, SudoLab, writeProgram } from "../support/labHost/sudoLab";
import { needs } from "../support/suites/needs";
import { cableOf, MADE } from "./cable";
import { WHILE } from "./verbs/capture";

describe("netns of a user whose stack has netns:sudo", function () {
  this.timeout(60_000);
  let lab: SudoLab;
  before(needs("root", "setpriv", "nsenter", "ip", "sudo", "tcpdump"));
  afterEach(() => lab.stop());

  /** With a stand-in for pulumi, for Pulumi's own state is not ann's. */
  async function start(rule?: string) {
    lab = await SudoLab.start(rule === undefined ? {} : { rule });
    const command = path.join(lab.folder, "plugin/cli");
    await cp(path.join(distDir, "cli"), command, { recursive: true });
    await writeFile(path.join(lab.folder, "state.json"), JSON.stringify(cableOf({ sudo: "true" })));
    await writeProgram(path.join(lab.folder, "bin/pulumi"), `cat ${lab.folder}/state.json`);
    await lab.lab.run(["sh", "-c", MADE]);
    const as = ["setpriv", `--reuid=${ANN}`, `--regid=${ANN}`, "--clear-groups", "--"];
    const env = { ...process.env, PATH: `${command}:${lab.folder}/bin:${process.env.PATH}`, NO_COLOR: "1" };
    return (line: string) => lab.lab.tryRun([...as, "bash", "-c", `cd /run/ann; ${line}`], { cwd: "/", env });
  }
  const EXEC = "netns exec one -- sh -c 'id -u; ls /sys/class/net; exit 5'";

  it("runs a command there as root, through sudo, with its exit code", async () => {
    const type = await start();
    assert.deepEqual(await type(EXEC), { exitCode: 5, stdout: "0\neth0\nlo", stderr: "" });
    const [asked, ...more] = await lab.asked();
    assert.match(asked ?? "", /\/node \S+\/cli\/inside\.js /);
    assert.deepEqual(more, []);
  });

  it("pings, captures and says why there is no answer, through sudo", async () => {
    const type = await start();
    const ping = await type("netns ping one two");
    assert.match(ping.stdout, /10\.0\.0\.2/, `${ping.exitCode} ${ping.stderr}`);
    assert.deepEqual([ping.exitCode, ping.stderr], [0, ""]);

    const captured = await type(WHILE("netns capture cable icmp -c 4", "netns ping one two >/dev/null"));
    assert.match(captured.stdout, /^(.* ICMP echo re(quest|ply).*\n?){4}$/, captured.stderr);

    const well = await type("netns why one two");
    assert.deepEqual([well.exitCode, well.stderr], [0, ""], well.stdout);
    await lab.lab.ip("-n h2 link set eth0 down");
    const cut = await type("netns why one two");
    assert.match(cut.stdout, /^h2\/eth0, the other end of h1\/eth0, is down: the VethPair cable of the stack /);
    assert.deepEqual([cut.exitCode, cut.stderr], [1, ""]);
    assert.equal((await type("netns ping one two >/dev/null")).exitCode, 1);
    assert.match((await lab.asked()).join("\n"), /probes\.js[\s\S]*inside\.js[\s\S]*why\.js/);
  });

  it("says what sudo says where that refuses, with an exit code of its own", async () => {
    const type = await start("nobody ALL=(ALL) ALL");
    const said = /^ {2}sudo: a password is required\n {2}.*sudo/m;
    for (const [line, code, tried] of [
      [EXEC, 125, "could not enter the host h1 through sudo"],
      ["netns ping one two", 3, "could not send packets in the lab as root"],
      ["netns why one two", 3, "could not look at the host as root"],
      ["netns capture h1/eth0", 3, "could not listen on h1/eth0"],
    ] as const) {
      const { exitCode, stderr } = await type(line);
      assert.match(stderr, said, stderr);
      assert.deepEqual([exitCode, stderr.split("\n")[0]], [code, `error: ${tried}`]);
    }
    await lab.stop();
    const other = await (await start("ann ALL=(ALL) NOPASSWD: /bin/true"))(EXEC);
    assert.equal(other.exitCode, 125);
    assert.match(other.stderr, /^error: could not enter the host h1 through sudo\n {2}sudo/);
  });
});
