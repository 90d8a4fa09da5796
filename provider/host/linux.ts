import { NetnsError } from "../errors";

/** Whether labs can be on this machine. Elsewhere runs only what leads to a lab host. */
export const isLinux = process.platform === "linux";

/** Throws where labs cannot be on this machine. */
export function needLinux(): void {
  if (isLinux) return;
  throw new NetnsError({
    kind: "unsupported",
    tried: "there can be no lab on this machine",
    said: `labs are on Linux, and this is ${process.platform}`,
    todo:
      "Run this on Linux, or name a lab host to go to: `pulumi config set netns:host ssh://USER@HOST` (or NETNS_HOST; " +
      "docs/ssh.md has what it needs).",
  });
}
