import assert from "node:assert/strict";
import path from "node:path";
import { distDir } from "../../tools/places.mjs";
import { Capture } from "../support/labHost/capture";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";
import { until } from "../support/suites/until";

const SERVER = "192.0.2.2";
const BYTES = 1_000_000;

/** Sends back what it gets, and tells who sent it and what it was. */
const ECHO = `
const { createHash } = require("node:crypto");
require("node:net").createServer({ allowHalfOpen: true }, (socket) => {
  const hash = createHash("sha256");
  socket.on("data", (data) => hash.update(data)).pipe(socket);
  socket.on("end", () => console.log(socket.remoteAddress, hash.digest("hex")));
}).listen(Number(process.argv[1]), "0.0.0.0", () => console.log("listening"));
`;
/** Sends so many bytes, and tells what they were and what came back; or that nobody answers. */
const CLIENT = `
const { createHash, randomBytes } = require("node:crypto");
const [host, port, bytes] = process.argv.slice(1);
const data = randomBytes(Number(bytes));
const [sent, back] = [createHash("sha256").update(data), createHash("sha256")];
const socket = require("node:net").connect(Number(port), host, () => { socket.setTimeout(0); socket.end(data); });
socket.setTimeout(2000, () => { console.log("no answer"); process.exit(); });
socket.on("data", (part) => back.update(part));
socket.on("end", () => console.log(sent.digest("hex"), back.digest("hex")));
`;

exampleSuite(
  "nat",
  (lab) => {
    const node = (netns: string, program: string, ...args: string[]) =>
      lab.host.spawn(["ip", "netns", "exec", netns, process.execPath, "-e", program, ...args]);
    const ping = (from: string, to: string) => inNetns(lab.host, from, `ping -c 1 -W 1 ${to}`);
    /** What a client inside and a server outside tell of a transfer. */
    const transfer = async (port: number) => {
      const server = node("outside", ECHO, String(port));
      let told = "";
      server.stdout.on("data", (data: Buffer) => {
        told += data;
      });
      await until("a server that listens", async () => told.includes("listening"));
      const { stdout } = await node("inside", CLIENT, SERVER, String(port), String(BYTES));
      server.kill("SIGKILL");
      await server;
      return { client: stdout.trim(), server: told.replace("listening\n", "").trim() };
    };

    it("is followed by netns ping, which knows who is let through", async () => {
      const argv = [path.join(distDir, "cli", "netns"), "ping"];
      const { exitCode, stdout } = await lab.host.tryRun(argv, { cwd: lab.stack.folder, env: lab.stack.env });
      assert.equal(exitCode, 0, stdout);
      assert.match(stdout, /^inside\toutside\t192\.0\.2\.2\tyes\tyes\t/m);
    });

    it("lets a ping from inside out, where it comes from the gateway", async () => {
      const capture = await Capture.start(lab.host, { namespace: "outside", device: "eth0", filter: "icmp" });
      const { exitCode, stdout } = await ping("inside", SERVER);
      assert.equal(exitCode, 0, stdout);
      await capture.until(/echo reply/);
      const lines = (await capture.stop()).map((line) => line.replace(/, id .*/, ""));
      assert.deepEqual(lines, [
        `IP 192.0.2.1 > ${SERVER}: ICMP echo request`,
        `IP ${SERVER} > 192.0.2.1: ICMP echo reply`,
      ]);
    });

    it("has no route back outside, and lets nothing in by itself even with one", async () => {
      const routes = await lab.host.json<{ dst: string }[]>(["ip", "-n", "outside", "-j", "route"]);
      assert.deepEqual(
        routes.map(({ dst }) => dst),
        ["192.0.2.0/24"],
      );
      assert.match((await ping("outside", "10.0.0.2")).stderr, /Network is unreachable/);
      await lab.host.ip("-n outside route add 10.0.0.0/24 via 192.0.2.1");
      assert.match((await ping("outside", "10.0.0.2")).stdout, / 0 received/);
      assert.equal((await ping("outside", "192.0.2.1")).exitCode, 0);
      await lab.host.ip("-n outside route del 10.0.0.0/24");
    });

    it("carries 1 MB over TCP there and back, unchanged, under the gateway's address", async () => {
      const { client, server } = await transfer(8080);
      const [sent, back] = client.split(" ");
      assert.match(client, /^[0-9a-f]{64} [0-9a-f]{64}$/);
      assert.equal(back, sent);
      assert.equal(server, `192.0.2.1 ${sent}`);
    });

    it("drops mail", async () => {
      assert.deepEqual(await transfer(25), { client: "no answer", server: "" });
      const rules = await lab.host.ip("netns exec gateway nft list chain inet nat forward");
      assert.match(rules, /tcp dport 25 counter packets [1-9]\d* bytes \d+ drop/);
      unchanged(await lab.stack.preview());
    });

    it("is repaired by one plain up after somebody has emptied a chain, or deleted the table [20]", async () => {
      for (const [hand, op] of [
        ["flush chain inet nat postrouting", "update"],
        ["delete table inet nat", "create"],
      ]) {
        await lab.host.ip(`netns exec gateway nft ${hand}`);
        assert.equal((await ping("inside", SERVER)).exitCode, 1);
        assert.deepEqual(changesOf(done(await lab.stack.preview())), [`${op} Firewall nat`]);
        assert.deepEqual(changesOf(done(await lab.stack.up())), [`${op} Firewall nat`]);
        assert.equal((await ping("inside", SERVER)).exitCode, 0);
        unchanged(await lab.stack.preview());
      }
    });

    it("shows the rules as nft writes them", async () => {
      const { ruleset, try: command } = await lab.stack.outputs();
      assert.match(String(ruleset), /\tct state established,related accept\n\ttcp dport 25 counter drop\n/);
      assert.equal(command, `ip netns exec inside ping ${SERVER}`);
    });
  },
  { programs: ["nft"] },
);
