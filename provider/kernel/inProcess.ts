import { findLink, IFF_UP, setLink } from "../netlink/link";
import type { Request } from "../netlink/message";
import type { Done, Netlink } from "../netlink/netlink";
import { addressRequest } from "./address";
import { vlanRequest } from "./bridge";
import { isErrno } from "./errno";
import { fdbRequest } from "./fdb";
import { linkRequest } from "./linkWords";
import { neighborRequest } from "./neighbor";
import { netnsPath, netnsWord } from "./netnsPath";
import { qdiscRequest } from "./qdiscWords";
import { routeRequest } from "./route";
import { ruleRequest } from "./rule";
import type { Step } from "./step";
import { tuntapWanted } from "./tuntap";
import { Place, Words } from "./words";

type Making = (words: Words, place: Place, isIpv6: boolean) => Request;

/** The commands whose words the kernel is asked for directly, by their program and object. */
const REQUESTS: Record<string, Record<string, Making>> = {
  ip: {
    link: linkRequest,
    addr: addressRequest,
    route: routeRequest,
    rule: (words, _, isIpv6) => ruleRequest(words, isIpv6 ? "inet6" : "inet"),
    neigh: neighborRequest,
  },
  bridge: { vlan: vlanRequest, fdb: fdbRequest },
  tc: { qdisc: qdiscRequest },
};

/**
 * What a step does without a program, all of it at once: a run that is killed has done it or not. Undefined where a
 * program must be run.
 */
export function inProcess(netlink: Netlink, step: Step): (() => Done) | undefined {
  const { makes, takesAway, whileSet, whileDown, netns, argv, alias = "" } = step;
  const file = netns === undefined ? undefined : netnsPath(netns);
  if (makes !== undefined) return () => netlink.makeNamespace(netnsPath(makes), alias);
  if (takesAway !== undefined) return () => netlink.removeNamespace(netnsPath(takesAway));
  if (argv[1] === "tuntap")
    return () => netlink.makeTuntap(tuntapWanted(new Words(argv.slice(2))), alias, netnsWord(netns));
  const act = argv[0] === "sysctl" ? setting(netlink, file, step) : request(netlink, file, step);
  if (act && whileDown !== undefined) return () => withDown(netlink, file, whileDown, act);
  if (!act || whileSet === undefined) return act;
  return async () => {
    const before = await shownValue(netlink, file, whileSet);
    // What is so already, or goes with a part that is not there, stays as it is.
    if (before !== "0") return act();
    await netlink.writeSysctl(file, whileSet, "1");
    // Nothing comes in between but what Node has begun already: no signal is heard meanwhile.
    try {
      await act();
    } finally {
      await netlink.writeSysctl(file, whileSet, "0");
    }
  };
}

/** What is done while a device is down; then that is as it was, whatever the kernel has set it to. */
async function withDown(netlink: Netlink, file: string | undefined, name: string, act: () => Done): Promise<void> {
  const flags = (findLink(netlink, file, name)?.flags ?? 0) & IFF_UP;
  const set = (to: number) => netlink.do(file, [setLink({ ifname: name, flags: to, change: IFF_UP })]);
  await set(0);
  try {
    await act();
  } finally {
    await set(flags);
  }
}

/** Undefined where there is no such key. */
async function shownValue(netlink: Netlink, file: string | undefined, key: string): Promise<string | undefined> {
  const found = await netlink.readSysctl(file, key).catch((error: unknown) => {
    if (isErrno(error) && error.code === "ENOENT") return undefined;
    throw error;
  });
  return found && "value" in found ? found.value.trim() : undefined;
}

function request(netlink: Netlink, file: string | undefined, { argv, batch }: Step): (() => Done) | undefined {
  const [program = "", ...rest] = argv;
  const isIpv6 = rest[0] === "-6";
  const words = /^-[46]$/.test(rest[0] ?? "") ? rest.slice(1) : rest;
  const commands = batch ?? [words];
  const makes = commands.map(([object = ""]) => REQUESTS[program]?.[object]);
  if (!makes.every((make) => make !== undefined)) return undefined;
  return async () => {
    const place = new Place(netlink, file);
    try {
      const requests = makes.map((make, index) => make(new Words(commands[index]?.slice(1) ?? []), place, isIpv6));
      await netlink.do(file, requests);
    } finally {
      place.close();
    }
  };
}

/** `sysctl -w KEY=VALUE`; with `-ew` a key that is not there is none to set. */
function setting(netlink: Netlink, file: string | undefined, { argv: [, option, words = ""] }: Step): () => Done {
  const at = words.indexOf("=");
  return () => netlink.writeSysctl(file, words.slice(0, at), words.slice(at + 1), option === "-ew");
}
