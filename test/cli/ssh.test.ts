import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { distDir } from "../../tools/places.mjs";
import { SshLab } from "../support/labHost/sshLab";
import { writeProgram } from "../support/labHost/sudoLab";
import { OtherSystem } from "../support/provider/otherSystem";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";
import { cableOf, MADE } from "./cable";
import { WHILE } from "./verbs/capture";
import { VIEWED } from "./viewed";

/** A shell on a terminal that is left with exit code 4, after these words. */
const onTerminal = (line: string, words: string) =>
  `printf '${words}; exit 4\\n' | script --quiet --return --command '${line}' /dev/null`;

describe("netns of a user whose lab is on another host", function () {
  this.timeout(120_000);
  let lab: SshLab;
  before(needs("root", "nsenter", "ip", "sshd", "sudo", "tcpdump"));
  before(async () => {
    lab = await SshLab.start();
    // tcpdump becomes a user of its own, where it listens and where it decodes.
    const tcpdump = "echo tcpdump:x:101:101::/:/bin/false >>/etc/passwd";
    for (const each of [lab.engine, lab.host("lab1").lab]) await each.run(["sh", "-c", tcpdump]);
    await lab.host("lab1").lab.run(["sh", "-c", MADE]);
    await mkdir(path.join(lab.folder, "stack"));
    // A stand-in: what it shows is all that is asked of the state.
    await writeProgram(path.join(lab.folder, "bin/pulumi"), `cat ${lab.folder}/stack/state.json`);
  });
  after(() => lab.stop());

  /** A line as one types it on the engine's machine, for a stack whose provider has this configuration. */
  const typer =
    (config: Record<string, string>, more: NodeJS.ProcessEnv = {}) =>
    async (line: string) => {
      await writeFile(path.join(lab.folder, "stack/state.json"), JSON.stringify(cableOf(config)));
      const env = {
        ...process.env,
        ...lab.env,
        PATH: `${distDir}/cli:${lab.env.PATH}`,
        NO_COLOR: "1",
        SHELL: "/bin/sh",
      };
      return lab.engine.tryRun(["bash", "-c", `cd ${lab.folder}/stack; ${line}`], { env: { ...env, ...more } });
    };
  const asSudo = typer({ host: "ssh://ann@lab1", sudo: "true" });
  const asRoot = typer({ host: "ssh://root@lab1" });
  const inHost = async (words: string) => (await lab.host("lab1").lab.tryRun(["sh", "-c", words])).stdout;

  it("runs a command in a host there, whatever is in its words, with its exit code", async () => {
    for (const type of [asSudo, asRoot]) {
      const ran = await type("netns exec one -- sh -c 'id -u; ls /sys/class/net; exit 5'");
      assert.deepEqual(ran, { exitCode: 5, stdout: "0\neth0\nlo", stderr: "" });
    }
    const odd = ["a  b", "'", '"', "$HOME", "!", "\\", "*", "\n", "é", ""];
    const quoted = odd.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
    const { stdout } = await asRoot(`netns exec h2 -- printf '<%s>' ${quoted}`);
    assert.equal(stdout, odd.map((word) => `<${word}>`).join(""));
    assert.equal((await asRoot("echo in | netns exec h2 cat")).stdout, "in");
    assert.equal((await asRoot("echo 'ls /sys/class/net; echo $PS1' | netns shell one")).stdout, "eth0\nlo\n(h1) $");
  });

  it("has the command end where the line is cut", async () => {
    const { stdout } = await asRoot("netns exec one -- sleep 1234 >/dev/null 2>&1 & echo $!");
    await until("sleep", async () => (await inHost("pgrep -f '^sleep 1234'")) !== "");
    process.kill(Number(stdout), "SIGKILL");
    await until("its end", async () => (await inHost("pgrep -f '^sleep 1234'")) === "");
  });

  it("pings, captures and says why there is no answer", async () => {
    const ping = await asSudo("netns ping one two");
    assert.match(ping.stdout, /10\.0\.0\.2/, `${ping.exitCode} ${ping.stderr}`);
    assert.deepEqual([ping.exitCode, ping.stderr], [0, ""]);
    const captured = await asSudo(WHILE("netns capture cable icmp -c 4", "netns ping one two >/dev/null"));
    assert.match(captured.stdout, /^(.* ICMP echo re(quest|ply).*\n?){4}$/, captured.stderr);
    assert.equal((await asSudo("netns why one two")).exitCode, 0);
    await inHost("ip -n h2 link set eth0 down");
    const cut = await asRoot("netns why one two");
    assert.match(cut.stdout, /^h2\/eth0, the other end of h1\/eth0, is down: the VethPair cable of the stack /);
    assert.deepEqual([cut.exitCode, cut.stderr], [1, ""]);
    await inHost("ip -n h2 link set eth0 up");
  });

  it("finds a sandbox there, and makes none", async () => {
    const type = typer({ host: "ssh://ann@lab1", sandbox: "lab" });
    const { exitCode, stderr } = await type("netns exec one -- true");
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /the sandbox lab is not there/);
    const [folder] = (await inHost("echo /home/ann/.cache/pulumi-netns/plugin-*")).split(" ");
    const made = ["setpriv", "--reuid=ann", "--regid=ann", "--clear-groups", "--", process.execPath];
    await lab
      .host("lab1")
      .lab.run([...made, `${folder}/plugin/sandboxed.js`, "lab", "--", "sh", "-c", MADE], { cwd: "/" });
    const ran = await type("netns exec one -- sh -c 'id -u; ls /sys/class/net; exit 5'");
    assert.deepEqual(ran, { exitCode: 5, stdout: "0\neth0\nlo", stderr: "" });
    assert.equal((await type("netns ping one two")).exitCode, 0);
    const shell = await type(onTerminal("netns shell one", "stty size; ls /sys/class/net"));
    assert.match(shell.stdout, /\(h1\) \$ .*0 0\s[\s\S]*eth0 +lo/, shell.stderr);
    assert.equal(shell.exitCode, 4, shell.stdout);
    assert.match((await type(VIEWED("kill -TERM $!"))).stdout, /^event: picture\ndata: .*h2[\s\S]*\n0$/);
    assert.match((await type("touch Pulumi.yaml; netns sandbox list; rm Pulumi.yaml")).stdout, /^lab\t\d+$/);
    const there = (line: string) => type(`netns sandbox ${line.replace(/^\w+/, "$& --host=ssh://ann@lab1")}`);
    assert.match((await there("enter lab ip -n h1 -br link show eth0 type veth")).stdout, /^eth0@/);
    assert.deepEqual(await there("remove lab"), { exitCode: 0, stdout: "", stderr: "" });
    const gone = await there("remove lab");
    assert.match(
      gone.stderr,
      /^error: the sandbox lab is not there \(on ssh:\/\/ann@lab1\)\n {2}this user .*\n {2}`netns sandbox list` has/,
    );
  });

  it("needs nothing of Linux where it runs itself", async () => {
    const system = new OtherSystem(lab.folder);
    const type = typer({ host: "ssh://root@lab1" }, system.env);
    assert.match((await type("netns ls")).stdout, /^h1\teth0\tveth\tUP\t.*\th2\/eth0$/m);
    assert.match((await type("netns graph")).stdout, /^<svg /);
    const ran = await type("echo in | netns exec one -- sh -c 'cat; ls /sys/class/net; exit 5'");
    assert.deepEqual(ran, { exitCode: 5, stdout: "in\neth0\nlo", stderr: "" });
    const { stdout } = await type("netns exec one -- sleep 1235 >/dev/null 2>&1 & echo $!");
    await until("sleep", async () => (await inHost("pgrep -f '^sleep 1235'")) !== "");
    process.kill(Number(stdout), "SIGTERM");
    await until("its end", async () => (await inHost("pgrep -f '^sleep 1235'")) === "");
    for (const line of ["netns exec one true", "netns code", "netns sandbox list"]) {
      const { exitCode, stderr } = await typer({}, system.env)(line);
      assert.match(
        stderr,
        /^error: there can be no lab on this machine\n {2}labs are on Linux, and this is darwin\n/,
        line,
      );
      assert.notEqual(exitCode, 0);
    }
    assert.equal(await system.asked(), "");
  });

  it("says what is wrong on the way, with an exit code of its own", async () => {
    const stranger = typer({ host: "ssh://nobody-in@lab1" });
    for (const [line, code] of [
      ["netns exec one true", 125],
      ["netns ping one two", 3],
      ["netns why one two", 3],
      ["netns capture h1/eth0", 3],
    ] as const) {
      const { exitCode, stderr } = await stranger(line);
      assert.match(
        stderr,
        /^error: could not reach the lab host .*: it does not let this user in\n[\s\S]*Permission denied/,
      );
      assert.equal(exitCode, code, line);
    }
  });
});
