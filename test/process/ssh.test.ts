import assert from "node:assert/strict";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import path from "node:path";
import { forwardedSocket, type SshOptions } from "../../provider/place/ssh";
import { remove, scratch } from "../support/engine/project";
import { SHELLS, SshLab } from "../support/labHost/sshLab";
import { endOf, openThere, runThere } from "../support/labHost/sshRun";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";

const CACHE = "/home/ann/.cache/pulumi-netns";

/** Listens on a socket, says so, sends back what it gets, and ends with its stdin. */
const ECHO = `require("node:net").createServer((s) => s.pipe(s)).listen(process.argv[1], () => console.log("up"));
  process.stdin.on("end", () => process.exit()).resume()`;

interface Echo {
  child: ChildProcessWithoutNullStreams;
  /** Where it listens, there. */
  folder: string;
  answer(text: string): Promise<string>;
}

describe("A lab host over ssh", function () {
  this.timeout(120_000);
  let lab: SshLab;
  const searchPath = process.env.PATH;

  before(needs("root", "nsenter", "ip", "ssh", "sshd", ...SHELLS));
  before(async () => {
    lab = await SshLab.start();
    process.env.PATH = lab.env.PATH;
  });
  after(async () => {
    process.env.PATH = searchPath;
    await lab?.stop();
  });

  const there = (command: string) => lab.host("lab1").lab.run(["sh", "-c", command], { cwd: "/" });
  const copies = async () => (await there(`ls ${CACHE}`)).split("\n").filter(Boolean);

  it("gets the programs once, with koffi as it loads there, for the user alone", async () => {
    const lines: string[] = [];
    const debug = (line: string) => void lines.push(line);
    const load = `console.log(require("koffi").version, process.cwd())`;
    const argv: SshOptions["argv"] = ({ node, folder }) => [
      "sh",
      "-c",
      `cd ${folder}/plugin/server && ${node} -e '${load}'`,
    ];
    await runThere({ argv, debug });
    const [copy, ...others] = await copies();
    assert.deepEqual(others, []);
    assert.match(copy ?? "", /^plugin-[0-9a-f]{64}$/);
    assert.equal(await runThere({ argv, debug }), `3.3.4 ${CACHE}/${copy}/plugin/server\n`);
    assert.equal(lines.filter((line) => line.startsWith("the programs go to")).length, 1);
    assert.equal(await there(`find ${CACHE} -perm /077`), "");
    const halves = "inside.js look.js nft.js nftablesChild.js probes.js prompt viz.js why.js";
    assert.equal(
      await there(`cd ${CACHE}/${copy} && echo * && cd cli && echo *`),
      `cli koffi node_modules plugin\n${halves}`,
    );
  });

  it("has all files there that these load", async () => {
    const [copy] = await copies();
    const folder = `${CACHE}/${copy}/cli`;
    const lines = await there(`cd ${folder} && grep -hoE '(resolve|require|import)\\("\\./[^"]*"\\)' *.js | sort -u`);
    const loaded = [...lines.matchAll(/"(.*)"/g)].map(([, file]) => file);
    assert.deepEqual(loaded, ["./viz.js", "./nftablesChild"]);
    for (const file of loaded) await there(`cd ${folder} && node -e 'require.resolve("${file}")'`);
  });

  it("gets them anew where the copy is spoilt, has too much, or was left half", async () => {
    const [copy] = await copies();
    const look = `cd ${CACHE}/${copy} && find . -type f -printf "%p %m %s\\n" | sort`;
    const whole = await there(look);
    for (const spoil of [
      "echo >> plugin/server/serve.js",
      "touch plugin/more",
      "rm cli/why.js",
      "chmod +x cli/why.js",
    ]) {
      await there(`cd ${CACHE}/${copy} && ${spoil}`);
      await runThere();
      assert.deepEqual(await copies(), [copy]);
      assert.equal(await there(look), whole);
    }
  });

  it("gets them from two runs at once, and keeps one copy", async () => {
    await there(`rm -r ${CACHE}`);
    await Promise.all([runThere(), runThere(), runThere()]);
    assert.equal((await copies()).length, 1);
  });

  it("loses copies that nobody has used for a month, and no younger ones, when it gets another", async () => {
    const [copy] = await copies();
    await there(`cd ${CACHE} && rm -r ${copy} && mkdir plugin-old plugin-young draft-old engine-v1`);
    await there(
      `cd ${CACHE} && touch -d '-31 days' plugin-old draft-old engine-v1 && touch -d '-29 days' plugin-young`,
    );
    await runThere();
    assert.deepEqual(await copies(), ["engine-v1", copy, "plugin-young"]);
    await there(`cd ${CACHE} && touch -d '-40 days' ${copy} && rmdir engine-v1 plugin-young`);
    await runThere();
    assert.equal(await there(`find ${CACHE} -mindepth 1 -maxdepth 1 -mtime +1`), "");
  });

  for (const shell of ["root", ...SHELLS]) {
    it(`runs what it is told, word for word, where the login shell is that of ${shell}`, async () => {
      const words = ["a b", "$HOME `id` !! !1 \\ \" ' \\' % ^", "*", "", "ä", "two\nlines\n"];
      const said = await runThere({ host: `ssh://${shell}@lab1`, argv: () => ["printf", "%s|", ...words] });
      assert.deepEqual(said.split("|"), [...words, ""]);
    });
  }

  it("may say what it likes at each login", async () => {
    await there(`echo 'echo Welcome; echo >&2 to; printf lab1' > /home/ann/.bashrc`);
    try {
      assert.equal(await runThere({ host: "ssh://bash@lab1", argv: () => ["echo", "here"] }), "here\n");
    } finally {
      await there("rm /home/ann/.bashrc");
    }
  });

  it("has a socket there reached from here, in a folder of the user's own, which goes at the end", async () => {
    const folder = await withEcho(async ({ folder, answer }) => {
      assert.equal(await answer("hello"), "hello");
      assert.equal(await there(`stat -c "%a %U" ${folder}`), "700 ann");
    });
    await until("the folder is gone", async () => (await there(`ls -d ${folder} || :`)) === "");
  });

  it("has that go too where the line is cut", async () => {
    await withEcho(async ({ child, folder, answer }) => {
      assert.equal(await answer("hello"), "hello");
      child.kill("SIGKILL");
      await until("the folder is gone", async () => (await there(`ls -d ${folder} || :`)) === "");
    });
  });

  it("ends with the exit code of what it has run", async () => {
    assert.equal(await endOf(await openThere({ argv: () => ["sh", "-c", "exit 42"] })), 42);
  });

  it("is reached by the user's own configuration, but for what would get into the way", async () => {
    await lab.configure("busy", [
      ...["Host busy", "HostName 192.0.2.10", "User ann", "LogLevel QUIET", "RequestTTY force", "RemoteCommand id"],
      ...["ControlMaster auto", `ControlPath ${lab.folder}/control`, "ControlPersist 60", "ForwardAgent yes"],
      ...["LocalForward 22000 localhost:22", "StrictHostKeyChecking yes"],
    ]);
    const first = await openThere({ host: "ssh://busy", argv: () => ["cat"] });
    try {
      assert.equal(
        await runThere({ host: "ssh://busy", argv: () => ["sh", "-c", "echo $USER $SSH_AUTH_SOCK"] }),
        "ann\n",
      );
    } finally {
      await endOf(first);
    }
  });

  /** Has a program listen there, and reaches it from here. */
  async function withEcho(work: (echo: Echo) => Promise<void>): Promise<string> {
    const folder = await scratch("forward");
    const forward = { local: path.join(folder, "socket"), remote: forwardedSocket() };
    try {
      const argv: SshOptions["argv"] = ({ node }) => [node, "-e", ECHO, forward.remote.socket];
      const child = await openThere({ forward, argv });
      await once(child.stdout, "data");
      const answer = async (text: string) => {
        const socket = connect(forward.local);
        socket.end(text);

        const [said] = await Promise.race([once(socket, "data"), once(socket, "close")]);
        return String(said);
      };
      await work({ child, folder: forward.remote.folder, answer });
      await endOf(child);
      return forward.remote.folder;
    } finally {
      await remove(folder);
    }
  }
});
