import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Written } from "../../provider/model/resources";
import type { Way } from "../way";
import type { Answers, News, Reply } from "./protocol";

interface Looker {
  /** What the stack has; again where that has changed. */
  tell(stack: readonly Written[]): void;
  ask<Name extends keyof Answers>(name: Name, ask: Answers[Name]["ask"]): Promise<Answers[Name]["answer"]>;
  /** Why it has ended, as soon as it has. */
  ended: Promise<string>;
  stop(): void;
}

/** Starts the half that looks at the host, see look/main.ts: as root, where this process need not be. */
export function startLooker(way: Way, hear: (news: News) => void): Looker {
  const [file = "", ...args] = way.half("look.js");
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "pipe"] });
  const waiting = new Map<number, { resolve(answer: unknown): void; reject(error: Error): void }>();
  let last = 0;
  let said = "";
  child.stdin.on("error", () => {});
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-2000);
  });
  const say = (what: unknown) => void child.stdin.write(`${JSON.stringify(what)}\n`);
  createInterface({ input: child.stdout }).on("line", (line) => {
    const heard = JSON.parse(line) as News | Reply;
    if (!("id" in heard)) return hear(heard);
    const asked = waiting.get(heard.id);
    waiting.delete(heard.id);
    if ("error" in heard) asked?.reject(new Error(heard.error));
    else asked?.resolve(heard.answer);
  });
  return {
    tell: (stack) => say({ stack }),
    ask: (name, ask) =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve: resolve as (answer: unknown) => void, reject });
        say({ id, name, ask });
      }),
    ended: once(child, "close").then(
      () => said.trim() || "what looks at the host has ended",
      (error: Error) => error.message,
    ),
    stop: () => child.stdin.end(),
  };
}
