import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

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

/** A process in a host of the lab that sends and hears datagrams. */
export class Agent {
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
