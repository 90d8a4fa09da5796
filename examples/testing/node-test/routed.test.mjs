import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as netns from "pulumi-netns";
import { withLab } from "pulumi-netns/testing";

/** A client, a server, and a router between their networks. */
async function program() {
  const { topology, hosts } = await netns.lab({
    hosts: { router: { forwarding: true } },
    links: [{ between: ["client", "router"] }, { between: ["server", "router"] }],
  });
  new netns.Topology("lab", topology);
  return { server: hosts.server.ipv4 };
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
      await lab.exec("server", ["ip", "link", "set", "router", "down"]);
      assert.ok(!(await lab.ping("client", lab.outputs.server)));
      await lab.up();
      assert.ok(await lab.ping("client", lab.outputs.server, { count: 5 }));
    }));
});
