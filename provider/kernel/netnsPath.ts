import { OWN_NETNS } from "../netlink/inNamespace";
import { NETNS_DIR } from "../netlink/namespace";

export { NETNS_DIR };

/** The file that stands for a namespace: a name under /run/netns, or an absolute path as it is. */
export function netnsPath(netns: string): string {
  return netns.startsWith("/") ? netns : `${NETNS_DIR}/${netns}`;
}

/** The namespace as a word of `ip link … netns WORD`; a path, since a name that is missing would be read as a pid. */
export function netnsWord(netns: string | undefined): string {
  return netns === undefined ? OWN_NETNS : netnsPath(netns);
}
