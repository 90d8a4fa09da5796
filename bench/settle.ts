import type { LabHost } from "../test/support/labHost/labHost";

/**
 * Waits until the kernel has taken apart what was deleted, which it does later and in order: the last is a veth pair of
 * ours. What comes after starts on a host at rest.
 */
export async function settle(host: LabHost): Promise<void> {
  const lines = ["netns add bench", "link add bench0 type veth peer name bench1 netns bench", "netns del bench"];
  await host.run(["ip", "-batch", "-"], { stdin: lines.join("\n") });
  const script = "while ip link show dev bench0 >&2; do sleep 0.05; done";
  await host.run(["sh", "-c", script]);
}
