import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { NetnsError } from "../provider/errors";
import { checkedConfig } from "../provider/place/checkedConfig";
import { readStack, type StackPlace } from "./stack";

export interface SandboxHost {
  /** `ssh://…`; undefined where nothing says one. */
  host?: string;
  /** This machine, whatever else says. */
  here?: boolean;
}

/** On which lab host the sandboxes are: the one that is named, else NETNS_HOST, else that of the stack; undefined: on this machine. */
export async function hostOfSandboxes({ host, here }: SandboxHost, at: StackPlace): Promise<string | undefined> {
  if (here) return undefined;
  const said = checkedConfig(host === undefined ? {} : { host }, process.env).host;
  return said ?? (hasProject(at.cwd) ? hostOfStack(at) : undefined);
}

async function hostOfStack(at: StackPlace): Promise<string | undefined> {
  const { graph, configOf } = await readStack(at).catch(({ message }: Error) => {
    throw unclear(message.split("\n")[0]);
  });
  const [first, ...more] = new Set([...graph.hosts.values()].map((one) => configOf(one).host));
  if (more.length > 0) throw unclear("the stack has labs in several places");
  return first;
}

/** Where pulumi would find one. */
function hasProject(cwd = "."): boolean {
  const folder = resolve(cwd);
  if (existsSync(join(folder, "Pulumi.yaml"))) return true;
  return dirname(folder) !== folder && hasProject(dirname(folder));
}

function unclear(said = ""): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: "it is not clear on which host the sandbox is to be",
    said,
    todo: "Say which: --host ssh://[USER@]HOST[:PORT], or --here for this machine.",
  });
}
