import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import { NetnsError } from "../../provider/errors";
import { graphOf, type Host } from "../../provider/model/graph";
import { findEnds } from "../capture/ends";
import { wayInto } from "../lab";
import { readStack, type Stack, type StackPlace } from "../stack";
import type { Way } from "../way";
import { Events } from "./events";
import { Captures } from "./frames";
import { newToken } from "./guard";
import { startLooker } from "./looker";
import { pingAll } from "./pings";
import type { News, Picture } from "./protocol";
import { type Served, serve } from "./server";

/** Built beside the command. */
const PAGE = join(__dirname, "view.html");
const STACK_MS = 5000;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The work of the verb `view`: until somebody ends it. */
export async function view({ port }: { port: number }, at: StackPlace): Promise<number> {
  let stack = await readStack(at);
  const pages = new Set<Events>();
  const latest = new Map<string, unknown>();
  const hear = (news: News) => {
    for (const [name, value] of Object.entries(news)) {
      latest.set(name, value);
      for (const page of pages) page.send(name, value);
    }
  };
  const looker = startLooker(await wayAsRoot(stack), hear);
  looker.tell(seenFrom(stack).written);
  const again = setInterval(async () => {
    // A `pulumi up` shows here as a lab that is otherwise than the stack said.
    const picture = latest.get("picture") as Picture | undefined;
    const now = picture?.drift?.length ? await readStack(at).catch(() => undefined) : undefined;
    if (!now) return;
    stack = now;
    looker.tell(seenFrom(now).written);
  }, STACK_MS);
  const captures = new Captures();
  const answers: Record<string, (ask: URLSearchParams, response: ServerResponse) => void> = {
    events(_, response) {
      const page = new Events(response);
      pages.add(page);
      page.onClose(() => pages.delete(page));
      for (const [name, value] of latest) page.send(name, value);
    },
    tables: (ask, response) => void send(response, looker.ask("tables", { host: ask.get("host") ?? "" })),
    ping: (_, response) => void send(response, pingAll(stack)),
    frames(ask, response) {
      const events = new Events(response);
      const words = ask.getAll("end");
      void findEnds(words, at).then(
        ({ ends }) => captures.tell(events, ask.get("name") ?? "", { ends, filter: ask.get("filter") ?? "" }),
        (error: Error) => events.send("over", error.message),
      );
    },
    "frames.pcapng": (ask, response) => void sendFile(response, captures.file(ask.get("name") ?? "")),
  };
  let why: string | undefined;
  let served: Served | undefined;
  try {
    served = await serve({
      ...{ token: newToken(), port, uid: userOf(process.env), page: await readFile(PAGE, "utf8") },
      answer({ pathname, searchParams }, response) {
        const answer = answers[pathname.slice(1)];
        answer?.(searchParams, response);
        return answer !== undefined;
      },
      warn: (message) => void process.stderr.write(`${message}\n`),
    });
    process.stdout.write(`${served.address}\n`);
    why = await Promise.race([looker.ended, ended()]);
  } finally {
    clearInterval(again);
    looker.stop();
    served?.stop();
  }
  if (why !== undefined)
    throw new NetnsError({ kind: "kernel", tried: "could not go on looking at the lab", said: why });
  // Pages that are open would hold it up.
  process.exit(0);
}

/** The user whose browser it is: of a root by sudo, who that was. */
function userOf({ SUDO_UID }: NodeJS.ProcessEnv): number {
  const uid = process.geteuid?.() ?? -1;
  return uid === 0 && SUDO_UID !== undefined ? Number(SUDO_UID) : uid;
}

/** To look at all hosts, one must be root where the first one is. */
function wayAsRoot(stack: Stack): Promise<Way> {
  const host = firstOf(stack);
  const there = graphOf(stack.beside(host).resources).hosts;
  const others = [...stack.graph.hosts.keys()].filter((name) => !there.has(name));
  if (others.length > 0) process.stderr.write(`not shown, for they are in another place: ${others.join(", ")}\n`);
  return wayInto(stack.configOf(host), "");
}

/** What is in that place, of all that the stack has. */
function seenFrom(stack: Stack): Pick<Stack, "written"> {
  return stack.beside(firstOf(stack));
}

function firstOf({ graph }: Stack): Host {
  const [host] = graph.hosts.values();
  if (!host) throw new NetnsError({ kind: "user", tried: "there is nothing to see", said: "the stack has no host" });
  return host;
}

function ended(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of SIGNALS) process.once(signal, () => resolve(undefined));
  });
}

async function send(response: ServerResponse, answer: Promise<unknown>): Promise<void> {
  const [code, body] = await answer.then(
    (value) => [200, value],
    (error: Error) => [500, error.message],
  );
  response.writeHead(code as number, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function sendFile(response: ServerResponse, file: Buffer | undefined): void {
  if (!file) return void response.writeHead(404).end();
  response
    .writeHead(200, {
      "content-type": "application/x-pcapng",
      "content-disposition": "attachment; filename=frames.pcapng",
    })
    .end(file);
}
