import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NetnsError } from "../errors";
import { COMMAND, commandLine, scriptOf } from "./arrival";
import { type Architecture, readPrograms } from "./deliver";
import { parseHost } from "./host";
import { arrivalFailure, couldNot, noShell, noSsh, sshFailure } from "./sshFailure";

/** Until the host answers at all. */
const CONNECT_SECONDS = 15;
/** What a line that is cut without a word is known by: so many questions without an answer, so far apart. */
const ALIVE_SECONDS = 10;
const ALIVE_COUNT = 3;
/** Of what is said on stderr, the last letters are told. */
const TAIL = 4000;
const LENGTH_DIGITS = 12;
/** What ssh says of a socket that it does not get forwarded; of one, sshd gives no better reason. */
const FORBIDDEN = /open failed: (?:administratively prohibited|connect failed: open failed|unknown channel type)/;

/** Where the programs are on the host, and the Node that runs them. */
interface There {
  folder: string;
  node: string;
}

export interface SshOptions {
  /** `ssh://[USER@]HOST[:PORT]`. */
  host: string;
  /** The folder of the plugin here, which has what is to be there. */
  plugin: string;
  /** What is to run there, once all is in place. */
  argv(there: There): readonly string[];
  /** A socket here that leads to one there. */
  forward?: { local: string; remote: Forwarded };
  signal?: AbortSignal;
  /** How long the host has to answer; 15 s unless told. */
  connectSeconds?: number;
  debug(line: string): void;
}

/** A socket on the host, in a folder of its own. */
export interface Forwarded {
  folder: string;
  socket: string;
}

/** A name that nobody guesses: the folder is made under it, for the user alone, and goes when the line does. */
export function forwardedSocket(): Forwarded {
  const folder = `/tmp/netns-${randomBytes(16).toString("hex")}`;
  return { folder, socket: `${folder}/socket` };
}

/**
 * Starts a program on a lab host, by the OpenSSH client as the user has set it up. The programs of the plugin are brought
 * there before, where they are not there yet. When it resolves, the process's stdin and stdout are the program's; it ends
 * with the program's exit code. Errors: NetnsError, of which sshFailure.ts has the words.
 */
export async function openOverSsh(options: SshOptions): Promise<ChildProcessWithoutNullStreams> {
  const { host, plugin, argv, forward, signal, debug } = options;
  signal?.throwIfAborted();
  const words = sshWords(options);
  debug(["ssh", ...words, COMMAND].join(" "));
  // Read while the line is being made.
  const prepared = Promise.all([readPrograms(plugin), readFile(join(plugin, "there.js"), "utf8")]);
  prepared.catch(() => {});
  // In a group of its own: Ctrl-C is for the engine, which then ends us in order.
  const child = spawn("ssh", [...words, COMMAND], { env: { ...process.env, LC_ALL: "C" }, detached: true });
  const line = new Line(child, host, signal);
  try {
    const [programs, there] = await prepared;
    const mark = `netns-${randomBytes(16).toString("hex")}`;
    const script = scriptOf({ mark, folder: forward?.remote.folder, hashes: programs.hashes });
    // Within a text of JSON, a program of any lines is one.
    child.stdin.write(`${script}\neval(${JSON.stringify(there)})\n`);
    const place = await line.arrive(mark, async (architecture) => {
      const files = await programs.pack(architecture);
      debug(`the programs go to ${host}: ${files.length} bytes`);
      child.stdin.write(String(files.length).padStart(LENGTH_DIGITS, "0"));
      child.stdin.write(files);
    });
    const command = argv(place);
    debug(`on ${host}: ${command.join(" ")}`);
    child.stdin.write(`${commandLine(command)}\n`);
    return child;
  } catch (error) {
    child.kill();
    throw error;
  } finally {
    line.leave();
  }
}

interface Words extends Pick<SshOptions, "host" | "forward" | "connectSeconds"> {
  /** With a terminal there. */
  tty?: boolean;
}

/** What goes before the command. The user's own configuration says all else. */
export function sshWords({ host: url, forward, connectSeconds = CONNECT_SECONDS, tty = false }: Words): string[] {
  const { user, host, port } = parseHost(url);
  const settings = {
    BatchMode: "yes",
    ConnectTimeout: connectSeconds,
    ServerAliveInterval: ALIVE_SECONDS,
    ServerAliveCountMax: ALIVE_COUNT,
    // Of the user's own forwards for this host, one may be in use by another ssh.
    ExitOnForwardFailure: "no",
    // Below it does not say why it has failed.
    LogLevel: "INFO",
    // A connection that others use, too, would end with them, and they with it.
    ControlMaster: "no",
    RemoteCommand: "none",
    StreamLocalBindMask: "0177",
    StreamLocalBindUnlink: "no",
  };
  return [
    ...[tty ? "-t" : "-T", "-a", "-x", "-S", "none"],
    ...Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]),
    ...(forward ? ["-L", `${forward.local}:${forward.remote.socket}`] : []),
    ...(user === undefined ? [] : ["-l", user]),
    ...(port === undefined ? [] : ["-p", port]),
    ...["--", host],
  ];
}

/** What the host says until the program runs, and how that ends. */
class Line {
  private said = "";
  private readonly ended: Promise<never>;

  constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly host: string,
    private readonly signal?: AbortSignal,
  ) {
    child.stderr.on("data", this.hear);
    // How it ends is told below.
    child.stdin.on("error", () => {});
    signal?.addEventListener("abort", this.stop, { once: true });
    if (signal?.aborted) this.stop();
    this.ended = this.end();
    this.ended.catch(() => {});
  }

  /** Has what is missing be brought. */
  async arrive(mark: string, bring: (architecture: Architecture) => Promise<void>): Promise<There> {
    for (;;) {
      const [word, what] = await Promise.race([nextLine(this.child, mark), this.ended]);
      if (word === "here") return what as There;
      if (word !== "want") throw arrivalFailure(this.host, word, what);
      await bring(what as Architecture);
    }
  }

  leave(): void {
    this.signal?.removeEventListener("abort", this.stop);
  }

  private readonly hear = (chunk: Buffer) => {
    this.said = `${this.said}${chunk}`.replaceAll("\r", "").slice(-TAIL);
    // Else who waits for an answer through the line would wait long.
    if (FORBIDDEN.test(this.said)) this.child.kill();
  };

  private readonly stop = () => void this.child.kill();

  private async end(): Promise<never> {
    const [code, signal] = await once(this.child, "close").catch((error: Error) =>
      Promise.reject(noSsh(this.host, error)),
    );
    if (this.signal?.aborted) throw new NetnsError({ kind: "cancelled", tried: couldNot(this.host) });
    const how = signal ? `killed by ${signal}` : `ssh ended with ${code}`;
    const said = [how, ...this.said.trim().split("\n")].filter(Boolean).join("\n");
    throw sshFailure(this.host, said) ?? noShell(this.host, said);
  }
}

/** The next line behind the mark. What a login shell says before is left out, and what comes behind stays to be read. */
async function nextLine({ stdout }: ChildProcessWithoutNullStreams, mark: string): Promise<[string, unknown]> {
  let text = Buffer.alloc(0);
  for (;;) {
    const chunk = stdout.read() as Buffer | null;
    if (chunk === null) {
      await once(stdout, "readable");
      continue;
    }
    text = Buffer.concat([text, chunk]);
    const at = text.indexOf(`\n${mark} `);
    const end = at < 0 ? -1 : text.indexOf("\n", at + 1);
    if (end < 0) continue;
    if (end + 1 < text.length) stdout.unshift(text.subarray(end + 1));
    const [, word = "", rest = ""] = /^\S+ (\S+) (.*)$/s.exec(text.toString("utf8", at + 1, end)) ?? [];
    return [word, JSON.parse(rest)];
  }
}
