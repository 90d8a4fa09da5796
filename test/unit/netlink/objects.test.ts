import assert from "node:assert/strict";
import fc from "fast-check";
import { addAddress, listAddresses } from "../../../provider/netlink/address";
import { listVlans, setVlan } from "../../../provider/netlink/bridgeVlan";
import { Cursor } from "../../../provider/netlink/bytes";
import { appendFdb, listFdb } from "../../../provider/netlink/fdb";
import { addLink, listLinks } from "../../../provider/netlink/link";
import type { Request } from "../../../provider/netlink/message";
import { listNeighbors, setNeighbor } from "../../../provider/netlink/neighbor";
import type { Netlink } from "../../../provider/netlink/netlink";
import { addQdisc, listQdiscs } from "../../../provider/netlink/qdisc";
import { addRoute, listRoutes } from "../../../provider/netlink/route";
import { addRule, listRules } from "../../../provider/netlink/rule";

/** What `list` makes of a kernel that shows one object, with these bytes. */
async function read(list: (netlink: Netlink) => Promise<unknown[]>, body: Buffer): Promise<unknown> {
  const kernel = {
    dump: async (_: string, __: Request, read: (message: object) => unknown) => [read({ body: new Cursor(body) })],
  };
  const [row] = await list(kernel as unknown as Netlink);
  return row;
}

const peer = {
  family: 0,
  type: 0,
  index: 6,
  flags: 1,
  change: 1,
  ifname: "b",
  netNsFd: 9,
  address: "02:00:00:00:00:01",
};
const objects: [what: string, list: (netlink: Netlink) => Promise<unknown[]>, values: object, request: Request][] = [
  entry("a veth", listLinks, { index: 5, ifname: "a", mtu: 1400, linkinfo: { kind: "veth", data: { peer } } }, addLink),
  entry(
    "a netkit",
    listLinks,
    { ifname: "a", linkinfo: { kind: "netkit", data: { peer, primary: 1, policy: 2, peerPolicy: 0, mode: 1 } } },
    addLink,
  ),
  entry(
    "an ipvlan",
    listLinks,
    { ifname: "a", link: 2, linkinfo: { kind: "ipvlan", data: { mode: 2, flags: 1 } } },
    addLink,
  ),
  entry(
    "a bridge",
    listLinks,
    { ifname: "a", linkinfo: { kind: "bridge", data: { priority: 5, vlanProtocol: 0x88a8 } } },
    addLink,
  ),
  entry(
    "a VXLAN",
    listLinks,
    { linkinfo: { kind: "vxlan", data: { id: 5, group: "239.1.1.1", local6: "2001:db8::1", port: 4789 } } },
    addLink,
  ),
  entry(
    "a port",
    listLinks,
    { linkinfo: { slaveKind: "bridge", slaveData: { cost: 5 } }, propList: { altIfname: ["one", "two"] } },
    addLink,
  ),
  entry(
    "an address",
    listAddresses,
    { family: 2, local: "10.0.0.1", cacheinfo: { preferred: 1, valid: 2, created: 3, updated: 4 } },
    addAddress,
  ),
  entry(
    "a route",
    (netlink) => listRoutes(netlink, undefined, {}),
    {
      dst: "10.0.0.0",
      metrics: { mtu: 1300 },
      via: "2001:db8::1",
      multipath: [{ flags: 4, hops: 199, index: 5, gateway: "10.0.0.1" }],
    },
    addRoute,
  ),
  entry(
    "a rule",
    (netlink) => listRules(netlink, undefined, 2),
    { src: "10.0.0.1", srcLen: 32, uidRange: { start: 1, end: 2 } },
    addRule,
  ),
  entry(
    "a neighbour",
    (netlink) => listNeighbors(netlink, undefined, {}),
    { dst: "10.0.0.1", lladdr: "02:00:00:00:00:01" },
    setNeighbor,
  ),
  entry(
    "an entry of an FDB",
    (netlink) => listFdb(netlink, undefined),
    { family: 7, dst: "10.0.0.1", lladdr: "02:00:00:00:00:01", port: 4789 },
    appendFdb,
  ),
  entry("a VLAN", (netlink) => listVlans(netlink, undefined), { index: 5, vid: 7, range: 9, flags: 4 }, setVlan),
  entry(
    "a netem",
    (netlink) => listQdiscs(netlink, undefined),
    {
      kind: "netem",
      options: {
        ...{ latency: 5, limit: 1, loss: 2, gap: 0, duplicate: 0, jitter: 3 },
        reorder: { probability: 5, correlation: 6 },
        latency64: 2 ** 40,
      },
    },
    addQdisc,
  ),
];

function entry<T extends object>(
  what: string,
  list: (netlink: Netlink) => Promise<unknown[]>,
  values: T,
  make: (values: never) => Request,
) {
  return [what, list, values, make(values as never)] as (typeof objects)[number];
}

describe("objects of the kernel", () => {
  for (const [what, list, values, { body }] of objects) {
    it(`such as ${what} are read as they are written`, async () => {
      const row = await read(list, body);
      assert.deepEqual({ ...(row as object), ...values }, row);
    });

    it(`such as ${what} with any fault are a value or an error`, async () => {
      const spoilt = fc.tuple(
        fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { maxLength: 4 }),
        fc.nat(body.length),
      );
      await fc.assert(
        fc.asyncProperty(spoilt, async ([changes, length]) => {
          const bytes = Buffer.from(body.subarray(0, length));
          for (const [at, value] of changes) if (at < length) bytes[at] = value;
          await read(list, bytes).catch((error) => assert.match(error.message, /^a netlink message /));
        }),
        { numRuns: 300 },
      );
    });
  }
});
