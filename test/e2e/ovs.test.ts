import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Finding } from "../../provider/why/question";
import { remove, scratch } from "../support/engine/project";
import { LabProcess } from "../support/labHost/labProcess";
import { ovsStage } from "../support/labHost/ovs";
import { changesOf, done, exampleSuite, inNetns, type Lab, unchanged } from "../support/suites/exampleSuite";

const PING = "ping -c 1 -W 2";
/** Sends a file to whoever connects first, and ends. */
const SEND = `const [file, port] = process.argv.slice(1);
const server = require("node:net").createServer((socket) => {
  socket.end(require("node:fs").readFileSync(file));
  server.close();
});
server.listen(Number(port), () => console.log("listening"));`;
/** Writes what it is sent into a file. */
const RECEIVE = `const [file, address, port] = process.argv.slice(1);
require("node:net").connect(Number(port), address).pipe(require("node:fs").createWriteStream(file));`;

exampleSuite("ovs", tests, { programs: ["ovsdb-server", "ovs-vswitchd", "ovs-vsctl", "ethtool"], stage: ovsStage() });

function tests(lab: Lab): void {
  const reaches = async (from: string, to: string) => (await inNetns(lab.host, from, `${PING} ${to}`)).exitCode === 0;
  const vsctl = (line: string) => lab.host.run(["ovs-vsctl", "--timeout=10", "--", ...line.split(" ")]);
  const within = (netns: string, script: string, ...words: string[]) => [
    ...["ip", "netns", "exec", netns, process.execPath, "-e", script],
    ...words,
  ];

  it("lets hosts of one VLAN reach each other, and none of the other", async () => {
    assert.ok(await reaches("red1", "10.0.6.2"));
    assert.ok(await reaches("red2", "10.0.6.1"));
    for (const [from, to] of [
      ["red1", "10.0.6.3"],
      ["blue1", "10.0.6.2"],
    ] as const) {
      assert.equal(await reaches(from, to), false, `${from} reaches ${to}`);
    }
  });

  it("carries a megabyte by TCP, with every bit of it", async () => {
    const folder = await scratch("ovs");
    const [sent, received] = ["sent", "received"].map((name) => path.join(folder, name)) as [string, string];
    await writeFile(sent, randomBytes(1024 * 1024));
    const server = lab.host.spawn(within("red2", SEND, sent, "8000"));
    await new Promise((resolve) => server.stdout.once("data", resolve));
    await lab.host.run(within("red1", RECEIVE, received, "10.0.6.2", "8000"), { timeoutMs: 20_000 });
    await server;
    const [a, b] = await Promise.all([sent, received].map(digest));
    assert.equal(b, a);
    await remove(folder);
  });

  it("has the ports with their tags, marked with the resource that has made them", async () => {
    assert.deepEqual((await vsctl("list-ports ovs-br0")).trim().split("\n").sort(), ["to-blue1", "to-red1", "to-red2"]);
    assert.equal((await vsctl("get Port to-blue1 tag")).trim(), "20");
    assert.match(await vsctl("get Port to-blue1 external_ids:pulumi"), /^"pulumi:ovs\/[^/]+\/blue1:[0-9a-f]+"$/m);
  });

  it("takes back a tag that somebody has changed", async () => {
    await vsctl("set Port to-red2 tag=20");
    assert.equal(await reaches("red1", "10.0.6.2"), false);
    const preview = done(await lab.stack.preview());
    assert.deepEqual(changesOf(preview), ["update OvsPort red2"]);
    done(await lab.stack.up());
    assert.ok(await reaches("red1", "10.0.6.2"));
  });

  it("is repaired by one plain up after a host went, whose port is still in the database", async () => {
    await lab.host.ip("netns del red2");
    assert.match(await vsctl("list-ports ovs-br0"), /^to-red2$/m);
    done(await lab.stack.up());
    // From the new one, whose MAC address the others do not know yet.
    assert.ok(await reaches("red2", "10.0.6.1"));
    unchanged(await lab.stack.preview());
  });

  it("is repaired by one plain up after the bridge's device went, and all of the record stayed", async () => {
    await lab.host.ip("link del ovs-br0");
    done(await lab.stack.up());
    assert.ok(await reaches("red2", "10.0.6.1"));
    assert.equal(await reaches("red2", "10.0.6.3"), false);
    unchanged(await lab.stack.preview());
  });

  for (const [what, broken, mended] of [
    [
      "a flow that drops it",
      'add-flow ovs-br0 "priority=100,icmp,actions=drop"',
      "del-flows --strict ovs-br0 priority=100,icmp",
    ],
    ["a port that gets nothing", "mod-port ovs-br0 to-red2 no-forward", "mod-port ovs-br0 to-red2 forward"],
  ] as const) {
    it(`has \`netns why\` name the bridge that does not pass a packet on, by ${what}`, async () => {
      const asked = await LabProcess.start(lab.host, path.join(__dirname, "../cli/why/whyServer.ts"));
      try {
        await asked.call("use", await lab.stack.resources());
        await lab.host.run(["sh", "-c", `ovs-ofctl ${broken}`]);
        const question = { from: "red1", to: "red2", protocol: "icmp" };
        const { sentence, change }: Finding = await asked.call("ask", question, 300);
        assert.match(
          sentence,
          /^The OvsBridge ovs-br0 does not pass on .* from to-red1.*`ovs-ofctl dump-flows ovs-br0`/,
        );
        assert.deepEqual(change, { resource: "ovs-br0", lines: [] });
      } finally {
        await lab.host.run(["sh", "-c", `ovs-ofctl ${mended}`]);
        await asked.stop();
      }
    });
  }

  it("leaves a bridge alone that somebody else has made", async () => {
    await vsctl("add-br theirs -- set Bridge theirs datapath_type=netdev");
    unchanged(await lab.stack.up());
    assert.match(await vsctl("list-br"), /^theirs$/m);
    await vsctl("del-br theirs");
  });
}

async function digest(file: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
}
