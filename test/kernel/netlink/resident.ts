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
import * as across from "./across";
import * as away from "./away";

/** The program that `Ring` runs inside a lab host: it calls functions of these files. */
const modules = { across, address, away, bridgeVlan, fdb, link, namespace, neighbor, qdisc, route, rule, sysctl };
export type Modules = typeof modules;

/** A function by its file, its name in it, and what it gets. */
export interface Call {
  file: keyof Modules;
  name: string;
  args: unknown[];
}
export type Answer = { id: number; value?: unknown; error?: { message: string } };

const netlink = new Netlink();
const methods: Record<string, (...args: never[]) => unknown> = {
  run: use,
  find: (call: Call) => use({ ...call, args: [netlink, ...call.args] }),
  async execute(netns: string | undefined, calls: Call[]) {
    const requests = calls.map((call) => use(call) as Request);
    return (await netlink.execute(netns, requests)).map((error) => error && words(error));
  },
};

process.on("message", async ({ id, method, args }: { id: number; method: string; args: never[] }) => {
  try {
    process.send?.({ id, value: await methods[method]?.(...args) });
  } catch (error) {
    process.send?.({ id, error: words(error) });
  }
});
process.on("disconnect", () => process.exit());
process.send?.("ready");

function use({ file, name, args }: Call): unknown {
  return (modules[file] as unknown as Record<string, (...args: unknown[]) => unknown>)[name]?.(...args);
}

function words(error: unknown) {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, said, attribute } = error as Error & { code?: string; said?: string; attribute?: string };
  return { message: error.message, code, said, attribute };
}
