import * as address from "../../../provider/netlink/address";
import * as bridgeVlan from "../../../provider/netlink/bridgeVlan";
import * as fdb from "../../../provider/netlink/fdb";
import * as link from "../../../provider/netlink/link";
import type { Request } from "../../../provider/netlink/message";
import * as namespace from "../../../provider/netlink/namespace";
import * as neighbor from "../../../provider/netlink/neighbor";
import { Netlink } from "../../../provider/netlink/netlink";
import * as qdisc from "../../../provider/netlink/qdisc";
import * as route from "../../../provider/netlink/route";
import * as rule from "../../../provider/netlink/rule";
import * as sysctl from "../../../provider/netlink/sysctl";
import { serveMethods } from "../../support/labHost/serveMethods";
import * as inNamespaceCases from "./inNamespaceCases";
import * as nft from "./nft";
import * as sequences from "./sequences";

/** The program that `NetlinkProcess` runs inside a lab host: it calls functions of these files. */
const modules = {
  sequences,
  address,
  inNamespaceCases,
  bridgeVlan,
  fdb,
  link,
  namespace,
  neighbor,
  nft,
  qdisc,
  route,
  rule,
  sysctl,
};
export type Modules = typeof modules;

/** A function by its file, its name in it, and what it gets. */
export interface Call {
  file: keyof Modules;
  name: string;
  args: unknown[];
}

const netlink = new Netlink();
serveMethods(
  {
    run: use,
    find: (call: Call) => use({ ...call, args: [netlink, ...call.args] }),
    async execute(netns: string | undefined, calls: Call[]) {
      const requests = calls.map((call) => use(call) as Request);
      const errors = await netlink.execute(netns, requests);
      return errors.map((error) => error && { message: error.message, ...factsOf(error) });
    },
  },
  factsOf,
);

function use({ file, name, args }: Call): unknown {
  return (modules[file] as unknown as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args);
}

function factsOf(error: Error & { code?: string; said?: string | undefined; attribute?: string | undefined }) {
  const { code, said, attribute } = error;
  return { code, said, attribute };
}
