import type { ErrorKind } from "../errors";

/** What people can do about an error, by its kind. */
export const ADVICE: Partial<Record<ErrorKind, string>> = {
  exists: "Remove or rename it (`ip -n NAMESPACE link` shows it), or choose another name.",
  notFound:
    "Something that it needs is not there: make that first, and take its name from that resource (`net0.name`, " +
    "`link.a.name`), so that Pulumi knows the order.",
  permission:
    "The provider has root's capabilities, so something else forbids it: a container, seccomp or AppArmor, a user " +
    "namespace that does not own that network namespace, or a /proc/sys that is mounted read-only.",
  unreachable:
    "A gateway must be on a network in which a device of this namespace has an address, or the route must have " +
    "`device` and `onLink`; and the device of a route must be up.",
  busy: "Find what holds it (`ip netns pids`, `ip -d link`), end that, and run `pulumi up` again.",
  unsupported: "This kernel does not have it: see the line above, and `zgrep CONFIG_ /proc/config.gz`.",
  timeout: "Raise `customTimeouts` of the resource or `netns:timeoutSeconds`, or find what holds the command up.",
  cancelled: "The run was cancelled: run `pulumi up` again to go on.",
};

export function noNamespace(name: string): string {
  return (
    `There is no namespace ${name}: make it first, and take its name from that resource (\`net0.name\`); or, if ` +
    "something has removed it meanwhile, run `pulumi up` again."
  );
}

/** What a kernel can be built without: the option and the module that has it. */
export function lacksPart(what: string, option: string, module?: string): string {
  return `This kernel has no ${what}: it needs ${option}${module ? ` (try \`modprobe ${module}\`)` : ""}.`;
}
