import { createHash } from "node:crypto";
import type { Host } from "../host/host";
import { NETNS_DIR } from "./netnsPath";

/** Where the provider keeps what it must know on a host from one run to the next, as long as that is up. */
export const RECORDS = "/run/pulumi-netns";

/** The folder in there for each /run/netns that there is: hosts in namespaces of their own may share /run, but not that. */
export async function recordsFolder(host: Host): Promise<string> {
  const facts = await host.stat(NETNS_DIR);
  return `${RECORDS}/${digest([facts?.device, facts?.inode, facts?.bornSeconds].join(" "))}`;
}

/** A name for a file, of a text that cannot be one. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 20);
}
