import { version } from "../../provider/version";
import type { LabHost } from "../../test/support/labHost";
import { makeProject, remove } from "../../test/support/project";
import { Stack } from "../../test/support/pulumi";
import { singleResources } from "../programs";
import { mustBeUp, SWITCH, star } from "../star";
import { type Contender, type Round, seconds } from "./contender";
import { operation, throughEngine } from "./engine";
import { topologyInEngine } from "./ours";

const PARTS = 4;

/** The star out of single resources, as settings of Pulumi change it; and what to do instead. */
export const settings: readonly Contender[] = [
  set("default", "the engine's defaults", {}),
  set("gzip", "`PULUMI_DIY_BACKEND_GZIP=true`", { PULUMI_DIY_BACKEND_GZIP: "true" }),
  set("zstd", "`PULUMI_DIY_BACKEND_ZSTD=true`", { PULUMI_DIY_BACKEND_ZSTD: "true" }),
  set("serial", "`--parallel 1`, or `PULUMI_PARALLEL=1`", { PULUMI_PARALLEL: "1" }),
  set("parallel", "`--parallel 64`", { PULUMI_PARALLEL: "64" }),
  set("backups", "`PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS=true`", {
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
  }),
  set("skip", "`PULUMI_SKIP_CHECKPOINTS=true`", { PULUMI_SKIP_CHECKPOINTS: "true" }),
  {
    id: "split",
    title: `${PARTS} stacks side by side, one before them`,
    prepare: async () => version,
    round: split,
  },
  topologyInEngine,
];

function set(id: string, title: string, env: NodeJS.ProcessEnv): Contender {
  const common = { prepare: async () => version, program: singleResources, isEdited: false };
  return throughEngine({ id, title, env: () => env, ...common });
}

/** The namespace in the middle is a stack of its own: the others name it, and come after it. */
async function split(host: LabHost, n: number, limitMs: number): Promise<Round> {
  const hosts = star(n);
  const parts = Array.from({ length: PARTS }, (_, part) => hosts.filter((_, index) => index % PARTS === part));
  const hub = await open(host, singleResources([]));
  const others = await Promise.all(parts.map((part) => open(host, singleResources(part, `{ name: "${SWITCH}" }`))));
  const all = (command: "up" | "destroy") => Promise.all(others.map((stack) => operation(stack, command, limitMs)));
  try {
    const up = await seconds(() => operation(hub, "up", limitMs).then(() => all("up")));
    await mustBeUp(host, n);
    const down = await seconds(() => all("destroy").then(() => operation(hub, "destroy", limitMs)));
    return { up, down };
  } finally {
    for (const stack of [hub, ...others]) await stack.close().then(() => remove(stack.folder));
  }
}

async function open(host: LabHost, program: string): Promise<Stack> {
  return Stack.open({ host, folder: await makeProject(program) });
}
