import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** In each host: binds sockets of UDP, listens by TCP and answers what comes, and tells what it hears. */
const AGENT = `
const { createSocket } = require("node:dgram");
const { createServer, connect } = require("node:net");
const sockets = new Map();
const tell = (said) => process.stdout.write(JSON.stringify(said) + "\\n");
const familyOf = (address = "") => (address.includes(":") ? 6 : 4);
const bound = (port, family) => {
  const key = family + " " + port;
  const made = () => new Promise((done) => {
    const socket = createSocket({ type: "udp" + family, ipv6Only: family === 6 });
    socket.on("message", (data, { address, port: from }) => {
      const text = String(data);
      tell({ text, address, port: from, at: port });
      if (text.startsWith("echo ")) socket.send("answer " + text.slice(5), from, address);
    });
    socket.bind(port, () => done(socket));
  });
  if (!sockets.has(key)) sockets.set(key, made());
  return sockets.get(key);
};
const acts = {
  async bind({ port }) {
    await Promise.all([bound(port, 4), bound(port, 6)]);
    tell({ bound: port });
  },
  async listen({ port }) {
    createServer((socket) => socket.on("error", () => {}).end()).listen(port, () => tell({ listens: port }));
  },
  async say({ port, text, to, toPort }) {
    const socket = await bound(port, familyOf(to));
    socket.send(text, toPort, to, () => tell({ sent: text }));
  },
  async connect({ to, toPort, text }) {
    connect(toPort, to, function () { tell({ text: "answer " + text }); this.destroy(); }).on("error", () => {});
  },
};
let last = Promise.resolve();
require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
  const { act, ...what } = JSON.parse(line);
  last = last.then(() => acts[act](what));
});
process.stdin.on("end", () => process.exit());
`;

/** A process in a host of the lab that sends and hears datagrams, and opens connections. */
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

  hasHeard(text) {
    return this.heard.some((one) => one.text === text);
  }

  /** Sends a text in a datagram; one that begins with `echo ` is answered by the same with `answer `. */
  say(what) {
    this.does({ act: "say", ...what });
  }

  /** Has a text answered by who is at a port of TCP: that there is a connection is the answer. */
  connects(what) {
    this.does({ act: "connect", ...what });
  }

  async binds(...ports) {
    for (const port of ports) this.does({ act: "bind", port });
    await Promise.all(ports.map((port) => this.hears(({ bound }) => bound === port)));
  }

  async listens(...ports) {
    for (const port of ports) this.does({ act: "listen", port });
    await Promise.all(ports.map((port) => this.hears(({ listens }) => listens === port)));
  }

  does(what) {
    this.process.stdin.write(`${JSON.stringify(what)}\n`);
  }

  async end() {
    this.process.stdin.end();
    await once(this.process, "exit");
  }
}
