import { version } from "../../provider/version";
import { makeProject, remove } from "../../test/support/engine/project";
import { Stack } from "../../test/support/engine/pulumi";
import { SWITCH, spokes } from "../../test/support/inputs/star";
import type { LabHost } from "../../test/support/labHost/labHost";
import { mustBeUp } from "../mustBeUp";
import { singleResources, singleSpokes } from "../programs";
import type { Lab } from "../shapes/shape";
import { type Contender, type Round, seconds } from "./contender";
import { operation, throughEngine } from "./engine";
import { topologyInEngine } from "./ours";

const PARTS = 4;

/** The star out of single resources, as settings of Pulumi change it; and what to do instead. */
export const engineSettings: readonly Contender[] = [
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
  return throughEngine({ id, title, env, ...common });
}

/** The namespace in the middle is a stack of its own: the others name it, and come after it. */
async function split(host: LabHost, { shape, n }: Lab, limitMs: number): Promise<Round> {
  const hosts = spokes(n);
  const parts = Array.from({ length: PARTS }, (_, part) => hosts.filter((_, index) => index % PARTS === part));
  const hub = await open(host, singleSpokes([]));
  const others = await Promise.all(parts.map((part) => open(host, singleSpokes(part, `{ name: "${SWITCH}" }`))));
  const all = (command: "up" | "destroy") => Promise.all(others.map((stack) => operation(stack, command, limitMs)));
  try {
    const up = await seconds(() => operation(hub, "up", limitMs).then(() => all("up")));
    await mustBeUp(host, shape.inputs(n));
    const down = await seconds(() => all("destroy").then(() => operation(hub, "destroy", limitMs)));
    return { up, down };
  } finally {
    for (const stack of [hub, ...others]) await stack.close().then(() => remove(stack.folder));
  }
}

async function open(host: LabHost, program: string): Promise<Stack> {
  return Stack.open({ host, folder: await makeProject(program) });
}
