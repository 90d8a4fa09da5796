import assert from "node:assert/strict";
import { ConfigureRequest, CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { encode } from "../../provider/server/property";
import { LabHost } from "../support/labHost/labHost";
import { connectAs } from "../support/labHost/otherUser";
import { SshLab } from "../support/labHost/sshLab";
import { ANN, SudoLab } from "../support/labHost/sudoLab";
import { UserLab } from "../support/labHost/userLab";
import { PluginProcess } from "../support/provider/pluginProcess";
import { urn } from "../support/provider/rpcs";
import { has, needs, skipThis } from "../support/suites/needs";
import { until } from "../support/suites/until";

const NOBODY = 65534;
const BOB = 54322;
const RECORDS = "/run/pulumi-netns";

describe("A run on a machine with other users", function () {
  this.timeout(60_000);
  let lab: LabHost;
  let plugin: PluginProcess;
  before(needs("root", "setpriv", "nsenter", "ip", "sudo"));
  beforeEach(async () => {
    lab = await LabHost.start();
  });
  afterEach(async () => {
    await plugin?.stop();
    await lab.stop();
  });

  const create = (name: string) => {
    const inputs = encode({ name, loopbackUp: true });
    return new CreateRequest().setUrn(urn("Namespace", name)).setProperties(inputs);
  };
  const names = async (on = lab) =>
    (await on.json<{ name: string }[]>(["ip", "-j", "netns", "list"])).map(({ name }) => name);

  it("keeps root's records to root", async () => {
    plugin = await PluginProcess.behind(lab.door);
    await plugin.call("create", create("ours"));
    const modes = await lab.run(["find", RECORDS, "-printf", "%u %m %y\n"]);
    assert.deepEqual([...new Set(modes.trim().split("\n"))].sort(), ["root 600 f", "root 700 d"]);
  });

  it("does nothing where the records' folder is another user's, a link, or open to all, and says so", async () => {
    const planted = {
      "it belongs to uid 65534": `mkdir ${RECORDS} && chown ${NOBODY} ${RECORDS}`,
      "it is not a folder": `mkdir /run/theirs && ln -s theirs ${RECORDS}`,
      "others may write into it": `mkdir -m 1777 ${RECORDS}`,
    };
    for (const [why, script] of Object.entries(planted)) {
      await lab.run(["sh", "-c", script]);
      plugin = await PluginProcess.behind(lab.door);
      await assert.rejects(plugin.call("create", create("ours")), (error: Error) => error.message.includes(why));
      await plugin.stop();
      await lab.run(["rm", "-r", RECORDS]);
    }
    assert.deepEqual(await names(), []);
  });

  it("of a user with sudo makes things as root for that user and root, and for nobody else", async () => {
    const sudo = await SudoLab.start();
    try {
      plugin = await sudo.plugin();
      await plugin.call("configure", new ConfigureRequest().setArgs(encode({ sudo: true })));
      const port = plugin.printed().trim();
      const made = (uid: number, name: string) =>
        connectAs({ uid, port, message: create(name).serializeBinary(), words: sudo.lab.door });
      await plugin.call("create", create("first"));
      assert.deepEqual([await made(NOBODY, "nobodys"), await made(BOB, "bobs")], [0, 0]);
      assert.deepEqual([await made(ANN, "anns"), await made(0, "roots")], [1, 1]);
      assert.deepEqual((await names(sudo.lab)).sort(), ["anns", "first", "roots"]);
      const modes = await sudo.lab.run(["find", RECORDS, "-type", "f", "-printf", "%u %m\n"]);
      assert.deepEqual([...new Set(modes.trim().split("\n"))], ["root 600"]);
      assert.equal((await sudo.lab.run(["stat", "-c", "%u %a", RECORDS])).trim(), "0 700");
    } finally {
      await plugin.stop();
      await sudo.stop();
    }
  });

  it("of a lab host over ssh has its worker in a folder of that user there, into which no other one gets", async function () {
    if (!has("sshd")) skipThis(this, "sshd");
    const ssh = await SshLab.start();
    try {
      const there = ssh.host("lab1").lab;
      const look = () => there.run(["find", "/tmp", "-path", "/tmp/netns-*", "-printf", "%u %m %y %p\n"]);
      for (const [config, owner, ann] of [
        [{ host: "ssh://root@lab1" }, "root", "EACCES"],
        // Root's, for the one who has started it.
        [{ host: "ssh://ann@lab1", sudo: true }, "ann", "in"],
      ] as const) {
        plugin = await PluginProcess.behind(ssh.engine.door, ssh.env);
        await plugin.call("configure", new ConfigureRequest().setArgs(encode(config)));
        await plugin.call("create", create(`of-${owner}`));
        const found = (await look()).trim().split("\n");
        // The folder alone decides who gets to the socket.
        assert.deepEqual(
          found.map((line) => line.replace(/[0-9a-f]{32}.*/, "")),
          [`${owner} 700 d /tmp/netns-`, "root 777 s /tmp/netns-"],
        );
        const [, socket = ""] = found[1]?.split(" s ") ?? [];
        assert.deepEqual([await connects(there, BOB, socket), await connects(there, ANN, socket)], ["EACCES", ann]);
        await plugin.stop();
        await until("the end of its folder", async () => (await look()) === "");
      }
    } finally {
      await plugin.stop();
      await ssh.stop();
    }
  });

  it("has a sandbox that nobody else enters, ends or takes for his own", async () => {
    const user = await UserLab.start();
    try {
      const { sandbox } = await user.call<{ sandbox: { pid: number } }>("ensure", "s");
      const bob = (argv: string[]) => user.lab.tryRun([...asUser(BOB), ...argv], { cwd: "/" });
      const into = await bob(["nsenter", `--target=${sandbox.pid}`, "--user", "--net", "--", "true"]);
      assert.match(into.stderr, /Permission denied|Operation not permitted/);
      assert.match((await bob(["kill", String(sandbox.pid)])).stderr, /not permitted/);
      assert.match((await bob(["ls", `${user.runtime}/pulumi-netns/sandboxes`])).stderr, /Permission denied/);
      // His own of that name is another one.
      const his = await user.lab.run([...asUser(BOB), ...user.driver("find", "s")], {
        cwd: "/",
        env: { PATH: process.env.PATH },
      });
      assert.equal(his.trim(), "null");
    } finally {
      await user.stop();
    }
  });
});

function asUser(uid: number): string[] {
  return ["setpriv", `--reuid=${uid}`, `--regid=${uid}`, "--clear-groups", "--"];
}

/** What comes of a try to reach a socket as a user. */
async function connects(lab: LabHost, uid: number, socket: string): Promise<string> {
  const program = `require("node:net").connect(process.argv[1]).on("connect", () => process.exit(console.log("in"))).on("error", ({ code }) => console.log(code))`;
  return (await lab.run([...asUser(uid), process.execPath, "-e", program, socket], { cwd: "/" })).trim();
}
