import assert from "node:assert/strict";
import type { Neighbor } from "../../../provider/netlink/neighbor";
import { LabHost } from "../../support/labHost/labHost";
import { needs } from "../../support/suites/needs";
import { neighborAsIp, ofIp, withShown } from "./asIp";
import { cable, NetlinkProcess, request } from "./netlinkProcess";

const [INET, INET6] = [2, 10];
const [PERMANENT, PROXY, ROUTER] = [0x80, 8, 0x80];

describe("neighbours by netlink", () => {
  const red = "/run/netns/red";
  const [ONE, TWO] = ["02:00:00:00:00:01", "02:00:00:00:00:02"];
  let host: LabHost;
  let netlink: NetlinkProcess;

  before(needs("root", "unshare", "nsenter"));
  beforeEach(async () => {
    host = await LabHost.start();
    netlink = await NetlinkProcess.start(host);
    await netlink.run("namespace", "makeNamespace", red, "");
    await netlink.done(red, ...cable());
  });
  afterEach(async () => {
    await netlink?.stop();
    await host?.stop();
  });

  const set = (values: object) => request("neighbor", "setNeighbor", { family: INET, index: 5, ...values });

  it("are read as `ip -j` prints them, proxies too", async () => {
    await netlink.done(
      red,
      set({ dst: "10.0.0.1", lladdr: ONE, state: PERMANENT }),
      set({ dst: "10.0.0.2", lladdr: ONE, state: PERMANENT, index: 6 }),
      set({ dst: "10.0.0.2", lladdr: TWO, state: PERMANENT, index: 6 }),
      set({ family: INET6, dst: "2001:db8::1", lladdr: TWO, state: PERMANENT, flags: ROUTER }),
      set({ dst: "10.0.0.3", flags: PROXY }),
      set({ family: INET6, dst: "2001:db8::3", flags: PROXY, index: 6 }),
    );
    const links = await netlink.find("link", "listLinks", red);
    const counts = [];
    for (const [family, option] of [
      [INET, "-4"],
      [INET6, "-6"],
    ] as const)
      for (const [flags, words] of [
        [0, ["nud", "permanent"]],
        [PROXY, ["proxy"]],
      ] as const) {
        const [shown, all] = await withShown<object, Neighbor[]>(
          host,
          ["ip", "-n", "red", "-j", option, "neigh", "show", ...words],
          () => netlink.find("neighbor", "listNeighbors", red, { family, flags }),
        );
        const told = all
          .filter(({ state }) => flags === PROXY || state === PERMANENT)
          .map((one) => neighborAsIp(one, links));
        assert.deepEqual(
          shown.map((row, index) => ofIp(row, told[index])),
          told,
        );
        counts.push(told.length);
      }
    assert.deepEqual(counts, [2, 1, 1, 1]);
    const on = async (index: number) =>
      (await netlink.find("neighbor", "listNeighbors", red, { family: INET, index })).map(({ lladdr }) => lladdr);
    assert.deepEqual([await on(5), await on(6)], [[ONE], [TWO]]);
  });

  it("are removed, and what the kernel refuses has its errno and words", async () => {
    const one = { family: INET, index: 5, dst: "10.0.0.1" };
    const errors = await netlink.execute(
      red,
      set({ ...one, lladdr: ONE, state: PERMANENT }),
      request("neighbor", "delNeighbor", one),
      request("neighbor", "delNeighbor", { ...one, dst: "10.0.0.9" }),
      request("neighbor", "delNeighbor", { ...one, flags: PROXY }),
      set({ ...one, lladdr: "02:00", state: PERMANENT }),
    );
    assert.deepEqual(
      errors.map((error) => error && [error.code, error.said]),
      [undefined, undefined, ["ENOENT", undefined], ["ENOENT", undefined], ["EINVAL", "Invalid link address"]],
    );
  });
});
