import { spawn } from "node:child_process";
import { connect } from "node:net";
import path from "node:path";
import { pluginFolder } from "../test/support/project";
import { type Spread, spread } from "./spread";

const ROUNDS = 21;
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
export async function measureStart(rounds = ROUNDS): Promise<Start> {
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

export function startLines({ bareNode, toPortLine, toFirstAnswer }: Start): string[] {
  const rows = {
    "node -e 0, to its end": bareNode,
    "plugin, to its port line": toPortLine,
    "plugin, to its first answer": toFirstAnswer,
  };
  return Object.entries(rows).map(([what, { median }]) => {
    const times = (median / bareNode.median).toFixed(2);
    return `${what.padEnd(30)} ${median.toFixed(0).padStart(4)} ms  ${times} times a bare node`;
  });
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
