import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { Gate } from "../support/gate";
import { LabHost } from "../support/labHost";
import { makeProject, remove } from "../support/project";
import { Stack } from "../support/pulumi";
import { until } from "../support/until";

const PROGRAM = `
const netns = require("pulumi-netns");
const net0 = new netns.Namespace("net0");
const net1 = new netns.Namespace("net1");
const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name }, b: { name: "veth1", namespace: net1.name } });
new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
new netns.Sysctl("forward", { namespace: net1.name, key: "net.ipv4.ip_forward", value: 1 });
`;

/** Where in the work of the run it is killed: sh patterns of the words of \`ip\`. */
const BOUNDARIES = {
  "before a namespace gets its name": "*netns\\ attach*",
  "before the pair is made": "*link\\ add*",
  "after the pair is made, before it is marked": "*-batch*",
  "before the address is added": "*addr\\ add*",
};

describe("A run that is killed", function () {
  this.timeout(120_000);
  let host: LabHost;
  let folder: string;
  before(async () => {
    folder = await makeProject(PROGRAM);
  });
  beforeEach(async () => {
    host = await LabHost.start();
  });
  afterEach(() => host.stop());
  after(() => remove(folder));

  for (const [where, pattern] of Object.entries(BOUNDARIES)) {
    for (const victim of ["engine", "provider", "both"] as const) {
      it(`${where}: with the ${victim} killed, the next up converges and destroy leaves nothing`, async () => {
        const gate = await Gate.before(pattern);
        const stack = await Stack.open({ host, folder });
        await host.run(["ip", "netns", "add", "foreign"]);
        const first = stack.start("up", { PATH: gate.path });
        await gate.reached();
        const plugins = await pluginsOf(host);
        if (victim !== "engine") for (const pid of plugins) process.kill(pid, "SIGKILL");
        if (victim !== "provider") first.kill("SIGKILL");
        await gate.open();
        assert.notEqual((await first).exitCode, 0);
        await until("the end of the plugins of that run", async () => (await pluginsOf(host)).length === 0);

        await stack.run(["cancel", "--yes", "--stack", "test"]);
        const second = await stack.up();
        assert.equal(second.exitCode, 0, second.text);
        const again = await stack.preview();
        assert.deepEqual(Object.keys(again.changes), ["same"], again.text);
        await host.run(["ip", "netns", "exec", "net0", "ping", "-c1", "-W2", "10.0.1.1"]);
        const destroyed = await stack.destroy();
        assert.equal(destroyed.exitCode, 0, destroyed.text);
        assert.equal((await host.run(["ip", "netns", "list"])).trim(), "foreign");
        assert.equal((await host.run(["find", "/run/pulumi-netns"]).catch(() => "")).trim(), "");
        await stack.close();
        await gate.close();
      });
    }
  }
});

async function pluginsOf(host: LabHost): Promise<number[]> {
  const pids = await host.processes();
  const lines = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")));
  return pids.filter((_, index) => lines[index]?.includes("pulumi-resource-netns"));
}
