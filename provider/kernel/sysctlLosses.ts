import type { Step } from "./step";
import { normalValue, slashed } from "./sysctl";
import { alongWith, reachOf } from "./sysctlResets";

/** What of all that was set is lost by these steps; what they set themselves is not. */
export function lostBy(steps: readonly Step[]): (step: Step) => boolean {
  const losing = steps.filter(canLose);
  if (losing.length === 0) return () => false;
  const written = new Set(steps.filter(({ argv }) => argv[1] === "-w").map(nameOf));
  return (step) => !written.has(nameOf(step)) && losing.some((by) => isLostBy(step, by));
}

/** Steps in an order in which none makes the kernel lose what another one sets; `anew`: those that set all of it. */
export function noneLost(steps: readonly Step[], anew: readonly Step[]): Step[] {
  const losing = steps.filter(canLose);
  const isLost = (step: Step) => losing.some((by) => isLostBy(step, by));
  return [...steps.filter((step) => !isLost(step)), ...anew.filter(isLost)];
}

/** Whether what a step has set is lost by another one: which sets it along, or changes the device that it is of. */
function isLostBy(step: Step, by: Step): boolean {
  const { key } = settingIn(step);
  if (step.netns !== by.netns || key === undefined) return false;
  const { key: other, value } = settingIn(by);
  // What is put back together with another one may be held by itself.
  if (other === key) return by.argv[1] === "-ew";
  if (other !== undefined) return alongWith(other, value, key) !== undefined;
  const { device = "", change } = changeIn(by);
  const ofIpv6 = ["conf", "neigh"].map((folder) => `net.ipv6.${folder}.${device.replaceAll(".", "/")}.`);
  // With an mtu below 1280 a device has no IPv6, which comes back with new settings.
  if (change === "mtu") return ofIpv6.some((prefix) => key.startsWith(prefix));
  return change === "up" && key === `${ofIpv6[0]}mtu`;
}

function canLose(step: Step): boolean {
  const { key } = settingIn(step);
  if (key === undefined) return changeIn(step).change !== undefined;
  return step.argv[1] === "-ew" || reachOf(key).length > 0;
}

function nameOf({ netns = "", argv }: Step): string {
  return `${netns} ${argv[2]?.split("=", 1)[0]}`;
}

function settingIn({ argv: [program, , setting = ""] }: Step): { key?: string; value: string } {
  const at = program === "sysctl" ? setting.indexOf("=") : -1;
  return at < 0 ? { value: "" } : { key: slashed(setting.slice(0, at)), value: normalValue(setting.slice(at + 1)) };
}

/** Of `ip link set dev DEVICE mtu …` and `… up`, the device. */
function changeIn({ argv: [, link, set, dev, device, change] }: Step): { device?: string; change?: string } {
  const isChange = link === "link" && set === "set" && dev === "dev" && (change === "mtu" || change === "up");
  return isChange && device !== undefined ? { device, change } : {};
}
