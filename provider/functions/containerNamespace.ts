import { z } from "zod";
import type { Fault } from "../core/check";
import { containerName, folder } from "../core/fields";
import { CONTAINER_NAME } from "../core/rules";
import { containerPid, netnsOf, type Runtime } from "../kernel/container";
import { defineFunction } from "./function";

/** PID_MAX_LIMIT in linux/threads.h */
const MOST_PIDS = 2 ** 22;

const named = (what: string) =>
  containerName()
    .optional()
    .meta({ description: `The name or id of a container of ${what}: ${CONTAINER_NAME}.` });

const inputs = z.strictObject({
  pid: z
    .int({ error: "must be a whole number" })
    .min(1, { error: "is below 1, the lowest pid there is" })
    .max(MOST_PIDS, { error: `is above ${MOST_PIDS}, the highest pid there is` })
    .optional()
    .meta({ description: "The number of a process that is in the container, as the provider's host counts." }),
  docker: named("Docker (`docker ps`), on the provider's own host"),
  podman: named("Podman (`podman ps`), of the user that the provider's commands run as"),
  runc: named("runc (`runc list`)"),
  crun: named("crun (`crun list`)"),
  root: folder().optional().meta({
    description: "The folder where runc or crun keeps its state (their `--root`). Absent: their usual one.",
  }),
});

const outputs = z.strictObject({
  path: z.string().meta({ description: "The container's network namespace, for `namespace`: `/proc/PID/ns/net`." }),
  pid: z.int().meta({ description: "The process that it was found by: the container's first, where that was asked." }),
});

const RUNTIMES = ["docker", "podman", "runc", "crun"] as const satisfies Runtime[];
const WAYS = ["pid", ...RUNTIMES] as const;

type Inputs = z.output<typeof inputs>;

export const containerNamespace = defineFunction({
  name: "containerNamespace",
  description:
    "The network namespace of a running container, or of any process, for what is to be made in it: every `namespace` " +
    "takes its `path`. Exactly one of `pid`, `docker`, `podman`, `runc` and `crun` says which.\n\n" +
    "A container that is started anew has another namespace under another path. What was in the old one is gone with " +
    "it, which `pulumi refresh` says, and the next `pulumi up` makes it in the new one. Where something else has the " +
    "number of the old process by then, that is not taken for the container: what a stack made is known by its mark " +
    "and by the namespace's inode, too.\n\n" +
    "It is an error when there is no such container, when it does not run, and when its namespace is the provider's own " +
    "(`--network host`). With `netns:offline` the host is not looked at: then only what a `pid` says is certain.",
  example: `import * as netns from "pulumi-netns";

const web = netns.containerNamespaceOutput({ docker: "web" });
const link = new netns.VethPair("link", {
  a: { name: "web0" },
  b: { name: "lab0", namespace: web.path },
});
new netns.Address("lab", { namespace: web.path, device: link.b.name, address: "10.0.1.2/24" });`,
  inputs,
  outputs,
  crossCheck,
  offline: ({ pid }) => (pid === undefined ? undefined : { path: `/proc/${pid}/ns/net`, pid }),

  async call(kernel, { root, ...want }) {
    const way = WAYS.find((one) => want[one] !== undefined) ?? "pid";
    if (way === "pid") {
      const pid = want.pid ?? 0;
      return { path: await netnsOf(kernel, pid, `the process ${pid}`, way), pid };
    }
    const name = want[way] ?? "";
    const pid = await containerPid(kernel, { runtime: way, name, root });
    return { path: await netnsOf(kernel, pid, `the container ${name} of ${way}`, way), pid };
  },
});

function crossCheck(want: Inputs): Fault[] {
  const [first, ...more] = WAYS.filter((way) => want[way] !== undefined);
  const all = WAYS.map((way) => `\`${way}\``).join(", ");
  if (first === undefined)
    return [{ path: ["pid"], reason: `is not given, nor another of ${all}: one of them must name the container` }];
  const besides = more.map((way) => ({
    path: [way],
    reason: `is given together with \`${first}\`: only one of ${all} can name the container`,
  }));
  const hasRoot = want.runc !== undefined || want.crun !== undefined;
  const alone =
    want.root === undefined || hasRoot
      ? []
      : [{ path: ["root"], reason: "is where `runc` and `crun` keep their state: use it together with one of them" }];
  return [...besides, ...alone];
}
