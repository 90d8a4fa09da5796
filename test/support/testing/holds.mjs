import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Holds a connection of TCP between two hosts of a lab open, by sending, until it ends by itself: `holds.mjs CLIENT
 * SERVER=ADDRESS`. Prints `open`, and at the end as what it ended.
 */
const [client = "", server = ""] = process.argv.slice(2);
const [host, address] = server.split("=");

const SERVER = `
require("node:net").createServer((socket) => socket.on("error", () => {}).resume()).listen(7, () => console.log("listens"));
`;
const CLIENT = `
const socket = require("node:net").connect(7, process.argv[1], () => console.log("open"));
socket.on("error", ({ code }) => console.log(code));
socket.on("close", () => process.exit());
setInterval(() => socket.write("x"), 50);
`;
const inHost = (name, code, ...words) =>
  spawn("ip", ["netns", "exec", name, process.execPath, "-e", code, ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });

const listener = inHost(host, SERVER);
await once(listener.stdout, "data");
const holder = inHost(client, CLIENT, address);
holder.stdout.pipe(process.stdout);
await once(holder, "exit");
listener.kill();
await once(listener, "exit");
