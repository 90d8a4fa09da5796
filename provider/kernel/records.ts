import type { Host } from "../host/host";
import { digest } from "../host/words";
import { NETNS_DIR } from "./netnsPath";

/** Where the provider keeps what it must know on a host from one run to the next, as long as that is up. */
export const RECORDS = "/run/pulumi-netns";

/** The folder in there for each /run/netns that there is: hosts in namespaces of their own may share /run, but not that. */
export async function recordsFolder(host: Host): Promise<string> {
  const facts = await host.stat(NETNS_DIR);
  return `${RECORDS}/${digest([facts?.device, facts?.inode, facts?.bornSeconds].join(" "))}`;
}
