import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as netns from "pulumi-netns";
import { withLab } from "pulumi-netns/testing";

/** A client, a server, and a router between their networks. */
async function program() {
  const router = new netns.Namespace("router");
  new netns.Sysctl("forward", { namespace: router.name, key: "net.ipv4.ip_forward", value: "1" });
  for (const [name, network] of Object.entries({ client: "192.0.2", server: "198.51.100" })) {
    const host = new netns.Namespace(name);
    const cable = new netns.VethPair(name, {
      a: { name: "eth0", namespace: host.name },
      b: { name: `to-${name}`, namespace: router.name },
    });
    const at = { namespace: host.name, device: cable.a.name };
    const address = new netns.Address(name, { ...at, address: `${network}.2/24` });
    new netns.Address(`router-${name}`, { namespace: router.name, device: cable.b.name, address: `${network}.1/24` });
    new netns.Route(name, { ...at, destination: "default", gateway: `${network}.1` }, { dependsOn: [address] });
  }
  return { server: "198.51.100.2" };
}

const SERVER = `require("node:http").createServer((_, answer) => answer.end("hello")).listen(80, () => console.log("up"))`;

describe("a network of three hosts", { concurrency: true }, () => {
  test("leads from the client to the server", () =>
    withLab(program, async (lab) => {
      assert.ok(await lab.ping("client", lab.outputs.server));
      assert.deepEqual(lab.hosts, ["client", "router", "server"]);
    }));

  test("carries a request, in which the server sees the client's own address", () =>
    withLab(program, async (lab) => {
      const server = lab.spawn("server", [process.execPath, "-e", SERVER]);
      await server.writes("up");
      const request = `fetch("http://${lab.outputs.server}").then((answer) => answer.text()).then(console.log)`;
      const { stdout } = await lab.exec("client", [process.execPath, "-e", request]);
      assert.equal(stdout, "hello\n");
    }));

  test("is put back as it was, where somebody has pulled a cable", () =>
    withLab(program, async (lab) => {
      await lab.exec("server", ["ip", "link", "set", "eth0", "down"]);
      assert.ok(!(await lab.ping("client", lab.outputs.server)));
      await lab.up();
      assert.ok(await lab.ping("client", lab.outputs.server, { count: 5 }));
    }));
});
