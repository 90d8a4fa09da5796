import assert from "node:assert/strict";
import { Container } from "../support/labHost/container";
import type { LabHost } from "../support/labHost/labHost";
import { changesOf, done, exampleSuite, inNetns, type Lab, unchanged } from "../support/suites/exampleSuite";

const IN_IT = ["Address web", "BridgePort port", "Route wayOut", "VethPair cable"];
const PING = "ping -c 1 -W 2 10.0.3.2";

let web: Container;
const stage = {
  set: async (host: LabHost) => {
    web = await Container.start(host, "web");
  },
  clear: () => web.remove(),
};

exampleSuite("container", tests, { programs: ["runc", "busybox"], stage, hasPicture: false });

function tests(lab: Lab): void {
  it("lets the container reach out through the bridge, and be reached", async () => {
    const ping = await web.exec(PING);
    assert.match(ping.stdout, /ttl=63 [\s\S]* 1 packets received/, ping.stderr);
    const page = await inNetns(lab.host, "client", "busybox wget -q -O - http://10.0.2.2/");
    assert.equal(page.stdout, "hello from the container");
    assert.equal((await lab.stack.outputs()).try, "runc exec web ping -c 2 10.0.3.2");
  });

  it("has made the container's eth0, its address and its routes, and nothing else there", async () => {
    const routes = (await web.exec("ip route")).stdout.trim().split("\n");
    assert.deepEqual(
      routes.map((line) => line.trim().replace(/\s+/g, " ")),
      ["default via 10.0.2.1 dev eth0", "10.0.2.0/24 dev eth0 scope link src 10.0.2.2"],
    );
    const links = (await web.exec("ip link")).stdout.match(/^\d+: [a-z0-9]+/gm) ?? [];
    assert.deepEqual(links.map((line) => line.replace(/^\d+: /, "")).sort(), ["eth0", "lo"]);
    const [port] = await lab.host.json<[{ master: string }]>("ip -n router -j link show web0".split(" "));
    assert.equal(port.master, "br0");
  });

  it("says in a refresh what is gone when the container has died, and in an up that there is none", async () => {
    await web.kill();
    const { results } = done(await lab.stack.refresh());
    const gone = results.filter(({ op }) => op === "delete").map(({ resource }) => resource);
    assert.deepEqual(gone.sort(), IN_IT);
    const dead = await lab.stack.up();
    assert.notEqual(dead.exitCode, 0);
    assert.match(dead.text, /the container web of runc is not running\n.* its pid is 0\n +Start it, /);
    await web.remove();
    const none = await lab.stack.preview();
    assert.notEqual(none.exitCode, 0);
    assert.match(none.text, /runc has no container web\n +runc state web → exit 1: .*does not exist/);
  });

  it("is repaired by one plain up when the container is there again, and nothing else is touched", async () => {
    const before = await namespaces(lab.host);
    web = await Container.start(lab.host, "web");
    const created = IN_IT.map((what) => `create ${what}`);
    assert.deepEqual(changesOf(done(await lab.stack.preview())).sort(), created);
    assert.deepEqual(changesOf(done(await lab.stack.up())).sort(), created);
    assert.match((await web.exec(PING)).stdout, / 1 packets received/);
    assert.deepEqual(await namespaces(lab.host), before);
    unchanged(await lab.stack.preview());
  });

  it("is repaired after the container was started anew while nobody looked", async () => {
    await web.remove();
    web = await Container.start(lab.host, "web");
    done(await lab.stack.up());
    assert.match((await web.exec(PING)).stdout, / 1 packets received/);
    unchanged(await lab.stack.up());
  });
}

function namespaces(host: LabHost): Promise<string> {
  return host.run(["sh", "-c", "cd /run/netns && stat -c '%n %i' *"]);
}
