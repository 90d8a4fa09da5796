import assert from "node:assert/strict";
import { qdiscRow } from "../../../provider/kernel/qdiscRow";
import { TC_H_ROOT, TC_LINKLAYER_ETHERNET, TICKS_PER_US } from "../../../provider/netlink/qdisc";
import { LabHost } from "../../support/labHost/labHost";
import { hasQdisc } from "../../support/suites/kernelOptions";
import { needs, skipThis } from "../../support/suites/needs";
import { ofIp } from "./asIp";
import { NetlinkProcess, request } from "./netlinkProcess";

const MS = 1000;
const HALF = 0x80000000;
const priomap = [1, 2, 2, 2, 1, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1];

/** A qdisc of each kind, with all options that the netlink knows, and the words of tc(8) for it. */
const kinds: [kind: string, options: object | undefined, words: string][] = [
  [
    "tbf",
    {
      parms: {
        rate: 125_000,
        linklayer: TC_LINKLAYER_ETHERNET,
        limit: 60_000,
        buffer: Math.ceil((32_768 / 125_000) * 1e6 * TICKS_PER_US),
      },
      burst: 32_768,
    },
    "rate 1mbit burst 32kb limit 60000",
  ],
  ["htb", { init: { version: 3, rate2quantum: 20, defcls: 0x10 }, directQlen: 99 }, "r2q 20 default 10 direct_qlen 99"],
  ["pfifo", { limit: 7 }, "limit 7"],
  ["bfifo", { limit: 7000 }, "limit 7000"],
  ["pfifo_head_drop", { limit: 8 }, "limit 8"],
  ["noqueue", undefined, ""],
  [
    "netem",
    {
      ...{
        latency: 50 * MS * TICKS_PER_US,
        jitter: 5 * MS * TICKS_PER_US,
        limit: 900,
        loss: HALF,
        duplicate: HALF,
        gap: 1,
      },
      ...{
        corr: { delay: HALF },
        reorder: { probability: HALF },
        corrupt: { probability: HALF },
        rate: { rate: 125_000 },
      },
    },
    "limit 900 delay 50ms 5ms 50% loss 50% duplicate 50% corrupt 50% reorder 50% rate 1mbit",
  ],
  [
    "fq_codel",
    { target: 6 * MS, limit: 500, interval: 90 * MS, ecn: 0, flows: 64, quantum: 1000, memoryLimit: 1_000_000 },
    "limit 500 flows 64 target 6ms interval 90ms quantum 1000 noecn memory_limit 1000000",
  ],
  ["codel", { target: 6 * MS, limit: 500, interval: 90 * MS, ecn: 1 }, "limit 500 target 6ms interval 90ms ecn"],
  [
    "fq",
    {
      plimit: 500,
      flowPlimit: 20,
      quantum: 2000,
      initialQuantum: 9000,
      rateEnable: 0,
      flowMaxRate: 125_000,
      bucketsLog: 5,
    },
    "limit 500 flow_limit 20 quantum 2000 initial_quantum 9000 maxrate 1mbit buckets 32 nopacing",
  ],
  [
    "sfq",
    { quantum: 2000, perturbPeriod: 5, limit: 50, divisor: 512, depth: 30 },
    "quantum 2000 perturb 5 limit 50 divisor 512 depth 30",
  ],
  ["prio", Uint8Array.from([4, 0, 0, 0, ...priomap]), "bands 4"],
];

describe("qdiscs by netlink", () => {
  const red = "/run/netns/red";
  let host: LabHost;
  let netlink: NetlinkProcess;

  before(needs("root", "unshare", "nsenter", "tc"));
  beforeEach(async () => {
    host = await LabHost.start();
    netlink = await NetlinkProcess.start(host);
    await netlink.run("namespace", "makeNamespace", red, "");
    await netlink.done(
      red,
      request("link", "addLink", {
        index: 5,
        ifname: "a",
        linkinfo: { kind: "veth", data: { peer: { ifname: "b", index: 6 } } },
      }),
    );
  });
  afterEach(async () => {
    await netlink?.stop();
    await host?.stop();
  });

  const root = (kind: string, options?: object, index = 5) =>
    request("qdisc", "addQdisc", { index, parent: TC_H_ROOT, handle: 0x10000, kind, options } as never);

  const shown = () => host.json<object[]>(["tc", "-n", "red", "-j", "-r", "qdisc", "show"]);
  const told = async () => {
    const links = await netlink.find("link", "listLinks", red);
    return (await netlink.find("qdisc", "listQdiscs", red)).map((one) =>
      qdiscRow(one, links.find(({ index }) => index === one.index)?.ifname ?? ""),
    );
  };

  for (const [kind, options, words] of kinds)
    it(`of the kind ${kind} are made as tc makes them, and read as it prints them`, async function () {
      const [error] = await netlink.execute(red, root(kind, options));
      if (!hasQdisc([kind, words].join(" "))) {
        assert.deepEqual([error?.code, error?.said], ["ENOENT", "Specified qdisc kind is unknown"]);
        skipThis(this, `CONFIG_NET_SCH_${kind.toUpperCase()}`);
      }
      assert.equal(error, undefined);
      await host.run([
        "tc",
        "-n",
        "red",
        "qdisc",
        "add",
        "dev",
        "b",
        "root",
        "handle",
        "1:",
        kind,
        ...words.split(" ").filter(Boolean),
      ]);
      const [ours, its] = [await told(), await shown()];
      assert.deepEqual(
        its.map((row, index) => ofIp(row, ours[index])),
        ours,
      );
      // What `tc` shows of both is the same: so ours are all options that it has made.
      const on = (dev: string) =>
        its.filter((row) => "dev" in row && row.dev === dev).map((row) => ({ ...row, dev: "" }));
      assert.deepEqual(on("a"), on("b"));
      assert.equal(on("a").length, 1);
    });

  it("are changed, stand on classes, and are gone when removed", async () => {
    await host.run(["tc", "-n", "red", "qdisc", "add", "dev", "a", "root", "handle", "1:", "htb"]);
    await host.run([
      "tc",
      "-n",
      "red",
      "class",
      "add",
      "dev",
      "a",
      "parent",
      "1:",
      "classid",
      "1:a",
      "htb",
      "rate",
      "1mbit",
    ]);
    const classes = await netlink.find("qdisc", "listClasses", red, 5);
    assert.deepEqual(
      classes.map(({ handle, kind }) => [handle, kind]),
      [[0x1000a, "htb"]],
    );
    const on = { index: 5, parent: 0x1000a, handle: 0x20000, kind: "pfifo" };
    const change = (limit: number) => request("qdisc", "changeQdisc", { ...on, options: { limit } } as never);
    const limit = async () => (await told()).find(({ handle }) => handle === "2:");
    await netlink.done(red, request("qdisc", "addQdisc", { ...on, options: { limit: 7 } } as never), change(9));
    assert.deepEqual([(await limit())?.parent, (await limit())?.options], ["1:a", { limit: 9 }]);
    await netlink.done(red, request("qdisc", "delQdisc", { ...on, kind: undefined }));
    assert.equal(await limit(), undefined);
    const errors = await netlink.execute(
      red,
      change(9),
      root("htb"),
      request("qdisc", "delQdisc", { index: 6, parent: TC_H_ROOT }),
    );
    assert.deepEqual(
      errors.map((error) => error && [error.code, error.said]),
      [
        ["ENOENT", "Qdisc not found. To create specify NLM_F_CREATE flag"],
        ["EEXIST", "Exclusivity flag on, cannot modify"],
        ["ENOENT", "Cannot delete qdisc with handle of zero"],
      ],
    );
  });
});
