import { isObject, type Json, type Path } from "../../core/values";
import type { LabFile } from "../labFile";

/** A node with all that the file says of it, and where each part stands. */
export interface Node {
  name: string;
  kind: string;
  path: Path;
  /** From what holds for all to what holds for it alone. */
  levels: { path: Path; said: Json }[];
}

/** Kinds of nodes whose containers are plain Linux. */
export const LINUX = "linux";

export function nodesOf(file: LabFile, topology: Json): Node[] {
  const { nodes, defaults, kinds, groups } = topology;
  if (!isObject(nodes)) return [];
  const all = isObject(defaults) ? defaults : {};
  const level = (path: Path, said: unknown) => (isObject(said) ? [{ path, said }] : []);
  const inherited = (of: unknown, name: unknown) => (isObject(of) && typeof name === "string" ? of[name] : undefined);
  return Object.entries(nodes).map(([name, said]): Node => {
    const own: Json = isObject(said) ? said : {};
    const path = ["topology", "nodes", name];
    if (said !== null && !isObject(said)) file.leave(path, "is no node: it has no settings");
    const group = own.group ?? all.group;
    const ofGroup = inherited(groups, group);
    const groupKind = isObject(ofGroup) ? ofGroup.kind : undefined;
    const kind = String(own.kind ?? groupKind ?? all.kind ?? "").toLowerCase();
    return {
      name,
      kind,
      path,
      levels: [
        ...level(["topology", "defaults"], all),
        ...level(["topology", "kinds", kind], inherited(kinds, kind)),
        ...level(["topology", "groups", String(group)], ofGroup),
        ...level(path, own),
      ],
    };
  });
}

/** The value of the level next to the node, with its place. */
export function setting({ levels }: Node, key: string): { value: unknown; path: Path } | undefined {
  const found = levels.findLast(({ said }) => said[key] !== undefined && said[key] !== null);
  return found && { value: found.said[key], path: [...found.path, key] };
}

/** What the container is made of, none of which a namespace of the network has. */
const WHY: Record<string, string> = {
  ...byEach(
    [
      "image",
      "image-pull-policy",
      "restart-policy",
      "type",
      "license",
      "runtime",
      "user",
      "hostname",
      "labels",
      "position",
    ],
    "a host of netns is a namespace of this machine's network, and no container",
  ),
  ...byEach(
    ["entrypoint", "cpu", "cpu-set", "memory", "shm-size", "cap-add", "privileged", "cgroupns-mode", "cgroup-parent"],
    "a host of netns is a namespace of this machine's network, and no container",
  ),
  ...byEach(
    [
      "pid-mode",
      "tmpfs",
      "security-opts",
      "devices",
      "auto-remove",
      "healthcheck",
      "extras",
      "components",
      "certificate",
    ],
    "a host of netns is a namespace of this machine's network, and no container",
  ),
  ...byEach(
    ["binds", "volumes", "env-files", "startup-config", "enforce-startup-config", "suppress-startup-config", "config"],
    "a host of netns has the files of this machine",
  ),
  ...byEach(
    ["env", "credentials"],
    "a host of netns runs nothing by itself: a Process of the program would run it there",
  ),
  ...byEach(["startup-delay", "link-apply-mode"], "the provider knows by itself in which order things are made"),
  ...byEach(
    ["mgmt-ipv4", "mgmt-ipv6", "mgmt_ipv4", "mgmt_ipv6"],
    "there is no management network: `netns exec` gets into each host",
  ),
  ...byEach(["ports"], "there is no management network whose ports could be published"),
  ...byEach(
    ["dns", "aliases"],
    "there is no name service: a file of /etc/netns/HOST holds in a host (`ip netns`, ip-netns(8))",
  ),
};

function byEach(keys: readonly string[], why: string): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, why]));
}

/** What is used: that of the kind and group, and what this reader makes something of. */
const USED = new Set(["kind", "group", "exec", "sysctls", "cmd", "stages", "network-mode"]);

/** What of a Linux node has no counterpart. */
export function leaveSettings(file: LabFile, { levels }: Node): void {
  for (const { path, said } of levels)
    for (const [key, value] of Object.entries(said)) {
      if (USED.has(key) || value === null || value === "") continue;
      file.leave([...path, key], WHY[key] ?? "netns has nothing of the kind");
    }
}
