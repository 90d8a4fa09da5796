import { spawn } from "node:child_process";
import { connect } from "node:net";
import path from "node:path";
import { pluginFolder } from "../test/support/engine/project";
import { type Spread, spread } from "./spread";

const plugin = path.join(pluginFolder, "pulumi-resource-netns");
/** The first bytes of an HTTP/2 connection: a server that answers them is ready to serve. */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");

/** In milliseconds. */
export interface Start {
  /** `node -e 0`, to its end: the least that a program in Node takes. */
  bareNode: Spread;
  toPortLine: Spread;
  toFirstAnswer: Spread;
}

/** How long the plugin takes to start, beside a bare `node -e 0`, in turn. */
export async function measureStart(rounds = 21): Promise<Start> {
  const times = { bareNode: [] as number[], toPortLine: [] as number[], toFirstAnswer: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    times.bareNode.push(await bareNode());
    const { port, answer } = await startPlugin();
    times.toPortLine.push(port);
    times.toFirstAnswer.push(answer);
  }
  return {
    bareNode: spread(times.bareNode),
    toPortLine: spread(times.toPortLine),
    toFirstAnswer: spread(times.toFirstAnswer),
  };
}

/** It in words, beside a bare node. */
export function startRows({ bareNode, toPortLine, toFirstAnswer }: Start): [what: string, text: string][] {
  const rows = { "start, to its port line": toPortLine, "start, to its first answer": toFirstAnswer };
  const bare = `${bareNode.median.toFixed(0)} ms of \`node -e 0\``;
  return Object.entries(rows).map(([what, { median }]) => [
    what,
    `${median.toFixed(0)} ms, ${(median / bareNode.median).toFixed(2)} times the ${bare}`,
  ]);
}

function bareNode(): Promise<number> {
  const begin = performance.now();
  return new Promise((resolve) => {
    spawn(process.execPath, ["-e", "0"], { stdio: "ignore" }).on("exit", () => resolve(performance.now() - begin));
  });
}

function startPlugin(): Promise<{ port: number; answer: number }> {
  const begin = performance.now();
  const child = spawn(plugin, [], { stdio: ["pipe", "pipe", "ignore"] });
  return new Promise((resolve) => {
    child.stdout.once("data", (line) => {
      const port = performance.now() - begin;
      const socket = connect(Number(line), "127.0.0.1", () => socket.write(PREFACE));
      socket.once("data", () => {
        resolve({ port, answer: performance.now() - begin });
        socket.destroy();
        child.kill("SIGKILL");
      });
    });
  });
}
