import { once } from "node:events";
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { SLOWNESS } from "../suites/slow";
import { Forwarder } from "./forwarder";

export interface RunOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  stdin?: string;
  /** The most that it may take; 60 s unless told. */
  timeoutMs?: number;
}

export interface Ran {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/**
 * A throwaway machine for tests: network, mounts and /run of its own. It ends with the test's process, and with it
 * every namespace made in it.
 */
export class LabHost {
  private forwards: Promise<Forwarder> | undefined;

  private constructor(private keeper: Keeper) {}

  static async start(): Promise<LabHost> {
    return new LabHost(await boot());
  }

  /** The words that, in front of a command, run it here. */
  get door(): string[] {
    return ["nsenter", "-t", String(this.keeper.pid), "--net", "--mount", "--"];
  }

  /** The process that keeps it, whose namespaces are the host's. */
  get pid(): number {
    return this.keeper.pid;
  }

  /** Leads from here to what listens on its loopback. */
  get forwarder(): Promise<Forwarder> {
    this.forwards ??= Forwarder.to(this.keeper.pid);
    return this.forwards;
  }

  /** Runs a program here to its end; anything but exit code 0 is an error. Returns its stdout. */
  async run(argv: readonly string[], options: RunOptions = {}): Promise<string> {
    const ran = await this.tryRun(argv, options);
    if (ran.exitCode === 0) return ran.stdout;
    throw new Error(`${argv.join(" ")} ended with ${ran.exitCode}\n${ran.stdout}\n${ran.stderr}`);
  }

  /** Runs `ip` with the words of a line. */
  ip(line: string): Promise<string> {
    return this.run(["ip", ...line.split(" ")]);
  }

  /** Runs a program here to its end, whatever that is; without exit code where a signal or the timeout ended it. */
  async tryRun(argv: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const { exitCode, stdout, stderr, failed, originalMessage } = await this.spawn(argv, options);
    if (failed && exitCode === undefined)
      return { exitCode, stdout, stderr: `${stderr}\n${originalMessage ?? "killed"}` };
    return { exitCode, stdout, stderr };
  }

  /** Starts a program here. It never rejects for what the program does. */
  spawn(argv: readonly string[], { cwd = process.cwd(), env, stdin, timeoutMs = 60_000 }: RunOptions = {}) {
    const door = ["-t", String(this.keeper.pid), "--net", "--mount", `--wdns=${cwd}`, "--"];
    return this.keeper.execa("nsenter", [...door, ...argv], {
      // Each run of a Pulumi program would write eight megabytes of others' code.
      env: { ...(env ?? process.env), NODE_V8_COVERAGE: "" },
      extendEnv: false,
      ...(stdin === undefined ? { stdin: "ignore" as const } : { input: stdin }),
      timeout: timeoutMs * SLOWNESS,
      killSignal: "SIGKILL",
      reject: false,
    });
  }

  /** What a program like `ip -j` says. */
  async json<T = unknown>(argv: readonly string[]): Promise<T> {
    return JSON.parse((await this.run(argv)) || "[]") as T;
  }

  /** The processes that live here, but for the one that keeps the host. */
  async processes(): Promise<number[]> {
    const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0 && pid !== this.keeper.pid);
    const homes = await Promise.all(pids.map(mountNamespace));
    const home = await mountNamespace(this.keeper.pid);
    return pids.filter((_, index) => homes[index] !== undefined && homes[index] === home);
  }

  /** The same with those that have mounts of their own, which began as those of the host: its /run is among them somewhere. */
  private async seeing(): Promise<number[]> {
    const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0 && pid !== this.keeper.pid);
    const mounts = await Promise.all(pids.map(mountsOf));
    const run = await deviceOfRun(this.keeper.pid);
    return pids.filter((_, index) => run !== undefined && mounts[index]?.includes(` ${run} `));
  }

  /** As after a power cut: every process, namespace and file under /run is gone. */
  async reboot(): Promise<void> {
    await this.stop();
    this.keeper = await boot();
  }

  async stop(): Promise<void> {
    await (await this.forwards)?.close();
    this.forwards = undefined;
    for (const pid of await this.seeing()) kill(pid);
    await this.keeper.end();
  }
}

// A tmpfs over all of /run: what the provider and iproute2 leave there is the host's own, and ends with it.
const BOOT = "mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set dev lo up && echo up && exec cat";

type Keeper = Awaited<ReturnType<typeof boot>>;

async function boot() {
  // Not a static import: tsx loads these tests as CommonJS, and a package below execa has nothing for `require`.
  const { execa } = await import("execa");
  const isolated = ["--net", "--mount", "--propagation", "private"];
  const keeper = execa("unshare", [...isolated, "sh", "-c", BOOT], { reject: false, stdin: "pipe" });
  const end = async () => {
    keeper.stdin.end();
    await keeper;
  };
  await Promise.race([once(keeper.stdout, "data"), keeper]);
  if (keeper.exitCode !== null || keeper.pid === undefined) throw new Error(`No lab host: ${(await keeper).stderr}`);
  return { pid: keeper.pid, end, execa };
}

async function mountNamespace(pid: number): Promise<string | undefined> {
  return readlink(`/proc/${pid}/ns/mnt`).catch(() => undefined);
}

/** MAJOR:MINOR, see makedev(3). */
async function deviceOfRun(pid: number): Promise<string | undefined> {
  const dev = (await stat(`/proc/${pid}/root/run`).catch(() => undefined))?.dev;
  return dev === undefined ? undefined : `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
}

/** As proc_pid_mountinfo(5) has them. */
function mountsOf(pid: number): Promise<string> {
  return readFile(`/proc/${pid}/mountinfo`, "utf8").catch(() => "");
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
