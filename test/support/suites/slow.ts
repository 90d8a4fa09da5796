import { Runnable } from "mocha";

/**
 * How many times longer than elsewhere all may take: in the second kernel (tools/kernel), which runs without KVM. It is said here
 * alone, for all of mocha's timeouts, for `until` and for what a LabHost runs.
 */
export const SLOWNESS = Number(process.env.NETNS_SLOWNESS ?? 1);

const own = Runnable.prototype.timeout as (this: Runnable, ms?: number | string) => unknown;
if (SLOWNESS > 1) {
  Runnable.prototype.timeout = function (this: Runnable, ms?: number | string) {
    return ms === undefined ? own.call(this) : own.call(this, typeof ms === "number" ? ms * SLOWNESS : ms);
  } as typeof Runnable.prototype.timeout;
}
