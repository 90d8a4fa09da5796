import { spawn } from "node:child_process";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";

// How long the plugin takes to start, beside a bare `node -e 0`, in turn and in one run: medians in milliseconds.
const ROUNDS = 21;
const plugin = fileURLToPath(new URL("../dist/plugin/pulumi-resource-netns", import.meta.url));
// The first bytes of an HTTP/2 connection: a server that answers them is ready to serve.
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");

const times = { "node -e 0, to its end": [], "plugin, to its port line": [], "plugin, to its first answer": [] };
for (let round = 0; round < ROUNDS; round++) {
  times["node -e 0, to its end"].push(await bareNode());
  const [port, answer] = await startPlugin();
  times["plugin, to its port line"].push(port);
  times["plugin, to its first answer"].push(answer);
}
const bare = median(times["node -e 0, to its end"]);
for (const [what, all] of Object.entries(times)) {
  console.log(
    `${what.padEnd(30)} ${median(all).toFixed(0).padStart(4)} ms  ${(median(all) / bare).toFixed(2)} times a bare node`,
  );
}

function bareNode() {
  const begin = performance.now();
  return new Promise((resolve) => {
    spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }).on("exit", () => resolve(performance.now() - begin));
  });
}

function startPlugin() {
  const begin = performance.now();
  const child = spawn(plugin, [], { stdio: ["pipe", "pipe", "ignore"] });
  return new Promise((resolve) => {
    child.stdout.once("data", (line) => {
      const port = performance.now() - begin;
      const socket = connect(Number(line), "127.0.0.1", () => socket.write(PREFACE));
      socket.once("data", () => {
        resolve([port, performance.now() - begin]);
        socket.destroy();
        child.kill("SIGKILL");
      });
    });
  });
}

function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
}
