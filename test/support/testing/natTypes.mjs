import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/**
 * Finds out on a lab host what a router does with UDP, as RFC 4787 defines it: `natTypes.mjs PORT CLIENT
 * SERVER1=ADDRESS SERVER2=ADDRESS`. The client sends by that port and the next one. Prints as JSON by which addresses two servers see one socket of the client, and which of those that the
 * client has not sent to get through to it: another port of the same server, and another server.
 */

/** In each host: binds a socket for each port that is asked for, sends by it, and tells what it hears. */
const AGENT = `
const { createSocket } = require("node:dgram");
const sockets = new Map();
const tell = (said) => process.stdout.write(JSON.stringify(said) + "\\n");
const bound = (port) => new Promise((done) => {
  const known = sockets.get(port);
  if (known) return done(known);
  const socket = createSocket("udp4");
  sockets.set(port, socket);
  socket.on("message", (text, { address, port: from }) => tell({ text: String(text), from: address + ":" + from, address, port: from }));
  socket.bind(port, () => done(socket));
});
require("node:readline").createInterface({ input: process.stdin }).on("line", async (line) => {
  const { port, text, to, toPort } = JSON.parse(line);
  const socket = await bound(port);
  if (to === undefined) tell({ bound: port });
  else socket.send(text, toPort, to);
});
process.stdin.on("end", () => process.exit());
`;

class Agent {
  heard = [];
  waiting = [];

  constructor(host) {
    this.process = spawn("ip", ["netns", "exec", host, process.execPath, "-e", AGENT], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    createInterface({ input: this.process.stdout }).on("line", (line) => {
      this.heard.push(JSON.parse(line));
      for (const look of this.waiting) look();
    });
  }

  /** What it has heard that fits, as soon as it has. */
  hears(fits) {
    return new Promise((done) => {
      const look = () => {
        const found = this.heard.find(fits);
        if (found) done(found);
      };
      this.waiting.push(look);
      look();
    });
  }

  say(what) {
    this.process.stdin.write(`${JSON.stringify(what)}\n`);
  }

  async binds(port) {
    this.say({ port });
    await this.hears(({ bound }) => bound === port);
  }

  async end() {
    this.process.stdin.end();
    await once(this.process, "exit");
  }
}

const [given = "", client = "", ...servers] = process.argv.slice(2);
const [port, other] = [Number(given), Number(given) + 1];
const [one, two] = servers.map((server) => server.split("="));
const agents = [client, one[0], two[0]].map((host) => new Agent(host));
const [inside, first, second] = agents;
await Promise.all([inside.binds(port), inside.binds(other), first.binds(7000), first.binds(7001), second.binds(7000)]);

// Only the first server is sent to, then others try to get in by what it has seen.
inside.say({ port, text: "hello", to: one[1], toPort: 7000 });
const seen = await first.hears(({ text }) => text === "hello");
const back = (agent, from, text) => agent.say({ port: from, text, to: seen.address, toPort: seen.port });
back(first, 7001, "other port");
back(second, 7000, "other server");
back(first, 7000, "same");
await inside.hears(({ text }) => text === "same");
// What was sent before has come by now, or does not come: once more behind it, for another host may be slower.
back(second, 7000, "other server");
back(first, 7000, "end");
await inside.hears(({ text }) => text === "end");

// By which address each server sees another port of the client, to which none of them has sent before.
inside.say({ port: other, text: "mapping", to: one[1], toPort: 7000 });
inside.say({ port: other, text: "mapping", to: two[1], toPort: 7000 });
const mapped = await Promise.all([first, second].map((agent) => agent.hears(({ text }) => text === "mapping")));
const got = new Set(inside.heard.flatMap(({ text }) => (text?.startsWith("other") ? [text] : [])));
console.log(JSON.stringify({ seen: mapped.map(({ from }) => from), got: [...got].sort() }));
await Promise.all(agents.map((agent) => agent.end()));
