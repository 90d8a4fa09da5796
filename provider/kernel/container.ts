import { type ErrorKind, NetnsError } from "../errors";
import type { RunResult } from "../host/host";
import { explain, isMissing, kindOf } from "./failure";
import { type Kernel, saidBy } from "./kernel";
import { netnsWord } from "./netnsPath";

/** A container of a runtime whose command is asked, by the property that names it. */
export interface Container {
  runtime: Runtime;
  name: string;
  /** The folder of the runtime's state, where that is not its usual one. */
  root?: string | undefined;
}

export type Runtime = keyof typeof RUNTIMES;

/** How each is asked for the process that a container began with, and what it says of one that is not there. */
const RUNTIMES = {
  docker: { ask: inspect("docker"), list: "docker ps --all", nobody: /no such (?:container|object)/i },
  podman: { ask: inspect("podman"), list: "podman ps --all", nobody: /no such (?:container|object)/i },
  runc: { ask: state("runc"), list: "runc list", nobody: /does not exist/ },
  crun: { ask: state("crun"), list: "crun list", nobody: /does not exist|No such file or directory/ },
};

function inspect(program: string) {
  return ({ name }: Container) => [program, "inspect", "--type", "container", "--format", "{{.State.Pid}}", name];
}

function state(program: string) {
  return ({ name, root }: Container) => [program, ...(root === undefined ? [] : ["--root", root]), "state", name];
}

/** The pid of the process that a running container began with. */
export async function containerPid(kernel: Kernel, container: Container): Promise<number> {
  const { runtime, name, root } = container;
  const { ask, list, nobody } = RUNTIMES[runtime];
  const argv = ask(container);
  const typed = kernel.asTyped(undefined, argv);
  const error = (kind: ErrorKind, tried: string, said: string, todo: string) =>
    new NetnsError({ kind, tried, said, todo, at: [runtime] });
  const result = await kernel.run(argv, typed);
  if (isMissing(result))
    throw error(
      "unsupported",
      `could not ask ${runtime} for the container ${name}`,
      saidBy(typed, result),
      `${runtime} is not installed here, or not on the provider's PATH: install it, or give the \`pid\` of a process ` +
        `that is in the container.`,
    );
  if (result.exitCode !== 0 && nobody.test(result.stderr)) {
    const all = root === undefined ? list : list.replace(" ", ` --root ${root} `);
    const todo = `Start it first, or give the name of another: \`${all}\` lists those of this user.`;
    throw error("notFound", `${runtime} has no container ${name}`, saidBy(typed, result), todo);
  }
  if (result.exitCode !== 0) {
    const kind = kindOf(result, kernel.signal);
    const isEnded = kind === "timeout" || kind === "cancelled";
    const todo =
      (isEnded && explain(kind, result)) || `Make sure that \`${typed}\` works for the user that runs the provider.`;
    throw error(kind, `could not ask ${runtime} for the container ${name}`, saidBy(typed, result), todo);
  }
  const pid = pidIn(result);
  if (pid === undefined)
    throw error(
      "unsupported",
      `could not read what ${runtime} says about the container ${name}`,
      `${typed} → ${result.stdout.trim().slice(0, 200) || "it printed nothing"}`,
      "That contains no pid: give the `pid` of a process that is in the container.",
    );
  if (pid === 0)
    throw error(
      "notFound",
      `the container ${name} of ${runtime} is not running`,
      `${typed} → its pid is 0`,
      "Start it, and run `pulumi up` again: that makes everything in it.",
    );
  return pid;
}

/** The number alone, or the `pid` of an OCI state. */
function pidIn({ stdout }: RunResult): number | undefined {
  try {
    const told: unknown = JSON.parse(stdout);
    const pid = typeof told === "object" ? (told as { pid?: unknown } | null)?.pid : told;
    return Number.isSafeInteger(pid) && (pid as number) >= 0 ? (pid as number) : undefined;
  } catch {
    return undefined;
  }
}

/** The namespace of a process, which must be another one than the provider's; `who` is it, as `property` says. */
export async function netnsOf(kernel: Kernel, pid: number, who: string, property: string): Promise<string> {
  const path = `/proc/${pid}/ns/net`;
  const error = (kind: ErrorKind, tried: string, said: string, todo: string) =>
    new NetnsError({ kind, tried, said, todo, at: [property] });
  const look = async (file: string) =>
    kernel.stat(file).catch((cause: NodeJS.ErrnoException) => {
      const isRefused = cause instanceof NetnsError ? cause.kind === "permission" : cause.code === "EACCES";
      if (!isRefused) throw cause;
      throw error(
        "permission",
        `could not look at the network namespace of ${who}`,
        cause.message.replaceAll("\n  ", "; "),
        "Run it as root, or with `pulumi config set netns:sudo true`: the process is another user's.",
      );
    });
  const [its, own] = await Promise.all([look(path), look(netnsWord(undefined))]);
  if (!its)
    throw error(
      "notFound",
      `${who} has no network namespace to work in`,
      `there is no ${path}`,
      "The process has ended: start it again, and give its new pid.",
    );
  if (own && its.device === own.device && its.inode === own.inode)
    throw error(
      "user",
      `${who} has no network namespace of its own`,
      `${path} is the namespace that the provider runs in`,
      "A container gets one unless it is started with the host's network (`--network host`). To work in the " +
        "provider's own namespace, leave `namespace` out.",
    );
  return path;
}
