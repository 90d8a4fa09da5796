import assert from "node:assert/strict";
import { exampleFolder, makeProject, remove } from "../support/engine/project";
import { Stack } from "../support/engine/pulumi";
import { LabHost } from "../support/labHost/labHost";
import { changesOf, done, inNetns } from "../support/suites/exampleSuite";
import { needs } from "../support/suites/needs";

describe("a project", function () {
  this.timeout(120_000);
  let host: LabHost;
  let stack: Stack;
  before(async function () {
    needs("root", "nsenter", "ip", "ping", "pulumi").call(this);
    host = await LabHost.start();
  });

  it("of the repository's root is the lab of two namespaces", async () => {
    stack = await Stack.open({ host, folder: exampleFolder("") });
    assert.deepEqual(done(await stack.up()).changes, { create: 6 });
    assert.equal((await stack.outputs()).try, "ip netns exec net0 ping 10.0.1.2");
    assert.equal((await inNetns(host, "net0", "ping -c 1 -W 2 10.0.1.2")).exitCode, 0);
    done(await stack.destroy());
    assert.equal(await host.run(["ls", "/run/netns"]), "");
  });

  it("that gives an mtu sees that somebody has changed it, and sets it again", async () => {
    const folder = await makeProject(`
      const netns = require("pulumi-netns");
      const { name } = new netns.Namespace("box");
      new netns.VethPair("cable", { a: { name: "in", namespace: name, mtu: 1400 }, b: { name: "out", namespace: name } });
    `);
    stack = await Stack.open({ host, folder });
    done(await stack.up());
    await host.run(["ip", "-n", "box", "link", "set", "in", "mtu", "1300"]);
    const preview = done(await stack.preview());
    assert.deepEqual(changesOf(preview), ["update VethPair cable"]);
    assert.deepEqual(preview.steps.find(({ op }) => op === "update")?.diff, ["a.mtu"]);
    done(await stack.up());
    const [link] = await host.json<[{ mtu: number }]>(["ip", "-n", "box", "-j", "link", "show", "in"]);
    assert.equal(link.mtu, 1400);
    done(await stack.destroy());
    assert.equal(await host.run(["ls", "/run/netns"]), "");
    await remove(folder);
  });

  afterEach(() => stack?.close());
  after(() => host?.stop());
});
