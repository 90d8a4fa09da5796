import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { distDir } from "../../tools/places.mjs";
import { writeProgram } from "../support/labHost/sudoLab";
import { UserLab } from "../support/labHost/userLab";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";
import { cableOf, MADE } from "./cable";
import { WHILE } from "./verbs/capture";
import { VIEWED } from "./viewed";

describe("netns of a user whose lab is in a sandbox", function () {
  this.timeout(60_000);
  let user: UserLab;
  before(needs("root", "setpriv", "nsenter", "ip", "tcpdump", "newuidmap"));
  before(async () => {
    user = await UserLab.start();
    await cp(path.join(distDir, "cli"), path.join(user.folder, "cli"), { recursive: true });
    await cp(path.join(user.folder, "plugin/node_modules"), path.join(user.folder, "node_modules"), {
      recursive: true,
    });
    await writeFile(path.join(user.folder, "state.json"), JSON.stringify(cableOf({ sandbox: "lab" })));
    // A stand-in, for Pulumi's own state is not hers.
    await writeProgram(path.join(user.folder, "cli/pulumi"), `cat ${user.folder}/state.json`);
    // tcpdump becomes a user of its own.
    const tcpdump = `echo tcpdump:x:101:101::/:/bin/false >>/etc/passwd`;
    await user.lab.run(["sh", "-c", `${tcpdump}; echo ann:3000000:65536 | tee /etc/subuid >/etc/subgid`]);
    await user.run(user.inside("lab", "sh", "-c", MADE));
  });
  after(() => user.stop());

  const type = (line: string) => {
    const env = { ...user.env, PATH: `${user.folder}/cli:${process.env.PATH}`, NO_COLOR: "1" };
    return user.tryRun(["bash", "-c", `cd /run/ann; ${line}`], { env });
  };

  it("runs a command in a host there, from the same folder, with its exit code and in its process group", async () => {
    const ran = await type("cd ~; netns exec one -- sh -c 'id -u; pwd; ls /sys/class/net; exit 5'");
    assert.deepEqual(ran, { exitCode: 5, stdout: `0\n${user.home}\neth0\nlo`, stderr: "" });
    const piped = await type("echo in | netns exec h2 cat; netns exec h2 -- sh -c 'kill -TERM $$'; echo $?");
    assert.equal(piped.stdout, "in\n143");
  });

  it("has the command end with what is in its place here", async () => {
    const { stdout } = await type("netns exec one -- sleep 1000 >/dev/null 2>&1 & echo $!");
    const asleep = async () => (await type("netns sandbox enter lab -- pgrep -f 'sleep 1000'")).stdout;
    await until("sleep", async () => (await asleep()) !== "");
    process.kill(Number(stdout), "SIGTERM");
    await until("its end", async () => (await asleep()) === "");
  });

  it("pings, captures and says why there is no answer", async () => {
    const ping = await type("netns ping one two");
    assert.match(ping.stdout, /10\.0\.0\.2/, `${ping.exitCode} ${ping.stderr}`);
    assert.deepEqual([ping.exitCode, ping.stderr], [0, ""]);
    const captured = await type(WHILE("netns capture cable icmp -c 4", "netns ping one two >/dev/null"));
    assert.match(captured.stdout, /^(.* ICMP echo re(quest|ply).*\n?){4}$/, captured.stderr);
    await type("netns sandbox enter lab -- ip -n h2 link set eth0 down");
    const cut = await type("netns why one two");
    assert.match(cut.stdout, /^h2\/eth0, the other end of h1\/eth0, is down: the VethPair cable of the stack /);
    assert.deepEqual([cut.exitCode, cut.stderr], [1, ""]);
    await type("netns sandbox enter lab -- ip -n h2 link set eth0 up");
  });

  it("lists, enters and removes sandboxes, with a shell of their root", async () => {
    await user.run(user.inside("other", "true"));
    assert.match((await type("netns sandbox list")).stdout, /^lab\t\d+\nother\t\d+$/);
    const inside = await type("netns sandbox enter other -- sh -c 'id -u; ip netns; exit 7'");
    assert.deepEqual(inside, { exitCode: 7, stdout: "0", stderr: "" });
    assert.equal((await type("echo 'ip netns' | SHELL=/bin/sh netns sandbox enter lab")).stdout, "h2\nh1");
    assert.equal((await type("netns sandbox remove other")).exitCode, 0);
    assert.match((await type("netns sandbox list")).stdout, /^lab\t\d+$/);
  });

  it("opens shells that have the terminal, and that give it back", async () => {
    for (const [line, name] of [
      ["netns shell one", "h1"],
      ["netns sandbox enter lab", "lab"],
    ]) {
      // Job control, with the size of the terminal; what has opened the shell reads from the terminal afterwards.
      const words = "stty cols 91; sleep 99 & jobs; exit 4\\nmine";
      const all = `SHELL=/bin/sh ${line}; echo ended $?; read -r back; echo "read $back"; stty size`;
      const { stdout } = await type(`printf '${words}\\n' | script --quiet --return --command '${all}' /dev/null`);
      const shown = new RegExp(
        `\\(${name}\\) \\$ [\\s\\S]*\\[1\\] \\+ Running +sleep 99\\s[\\s\\S]*ended 4\\s+read mine\\s+0 91$`,
      );
      assert.match(stdout, shown);
    }
  });

  it("shows the live lab in there, and ends with an error when that is gone", async () => {
    await user.run(user.inside("viewed", "sh", "-c", MADE));
    await writeFile(path.join(user.folder, "state.json"), JSON.stringify(cableOf({ sandbox: "viewed" })));
    const { stdout } = await type(VIEWED("netns sandbox remove viewed"));
    await writeFile(path.join(user.folder, "state.json"), JSON.stringify(cableOf({ sandbox: "lab" })));
    assert.match(
      stdout,
      /^event: picture\ndata: .*h2[\s\S]*error: could not go on looking at the lab\n {2}[\s\S]*\n3$/,
    );
  });

  it("says which sandbox is not there, and what to type", async () => {
    const gone = { exitCode: 125, stdout: "" };
    const { stderr, ...others } = await type("netns sandbox enter other");
    assert.deepEqual(others, gone);
    assert.match(stderr, /^error: the sandbox other is not there\n {2}.*\n {2}`netns sandbox list` has those/);
    assert.match((await type("netns sandbox remove other")).stderr, /^error: the sandbox other is not there/);
    for (const [line, said] of [
      ["netns sandbox enter", /needs the name of a sandbox\n {2}netns sandbox list \| enter NAME/],
      [
        "netns sandbox grow",
        /^error: command-argument value 'grow' is invalid.*Allowed choices are list, enter, remove/,
      ],
    ] as const) {
      const wrong = await type(line);
      assert.equal(wrong.exitCode, 125);
      assert.match(wrong.stderr, said);
    }
  });
});
