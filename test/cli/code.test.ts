import assert from "node:assert/strict";
import path from "node:path";
import { distDir } from "../../tools/places.mjs";
import { makeProject, remove } from "../support/engine/project";
import { Stack } from "../support/engine/pulumi";
import { LabHost } from "../support/labHost/labHost";
import { Ovs } from "../support/labHost/ovs";
import { stableSnapshot } from "../support/labHost/stableSnapshot";
import { done, unchanged } from "../support/suites/exampleSuite";
import { GIVE_TUN } from "../support/suites/kernelOptions";
import { needs } from "../support/suites/needs";
import { HANDMADE_LABS } from "./handmadeLabs";

const NETNS = path.join(distDir, "cli", "netns");
const OVS =
  "add-br ovs0 -- set Bridge ovs0 datapath_type=netdev -- add-port ovs0 in0 -- set Interface in0 type=internal -- set Port in0 tag=5";

describe("netns code, of labs made by hand", function () {
  this.timeout(120_000);
  let host: LabHost;
  let ovs: Ovs;
  const ends: (() => Promise<void>)[] = [];

  before(needs("root", "nsenter", "ip", "bridge", "tc", "ethtool", "pulumi", "ovs-vsctl", "ovs-vswitchd"));
  before(async () => {
    host = await LabHost.start();
    ends.push(() => host.stop());
    ovs = await Ovs.start(host);
    ends.unshift(() => ovs.stop());
    await host.run(["sh", "-c", GIVE_TUN]);
    for (const { isPossible, script } of HANDMADE_LABS) if (isPossible) await host.run(["sh", "-ec", script]);
    await ovs.vsctl(OVS);
  });
  after(async () => {
    for (const end of ends) await end();
  });

  /** An empty project, with what `netns code` writes into it. */
  async function projectOf(...words: string[]): Promise<Stack> {
    const folder = await makeProject("", { main: "index.ts" });
    ends.unshift(() => remove(folder));
    const stack = await Stack.open({ host, folder });
    ends.unshift(() => stack.close());
    const ran = await host.tryRun([NETNS, "code", ...words, "-o", "index.ts", "--import", "import.json"], {
      cwd: folder,
    });
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.equal(ran.stdout, "");
    assert.doesNotMatch(ran.stderr, /No resource/);
    return stack;
  }

  it("is a program that imports, and whose preview is empty then", async () => {
    const before = await stableSnapshot(host);
    const stack = await projectOf("--own");
    done(await stack.importFile(path.join(stack.folder, "import.json")));
    unchanged(await stack.preview());
    assert.deepEqual(await stableSnapshot(host), before);
  });

  it("is the same as one Topology of the hosts that have names", async () => {
    const stack = await projectOf("--topology");
    done(await stack.importFile(path.join(stack.folder, "import.json"), "--protect"));
    unchanged(await stack.preview());
    assert.match((await stack.destroy()).stdout, /protected/);
    done(await stack.up());
    done(await stack.destroy());
  });
});
