import assert from "node:assert/strict";
import { parse } from "../../../provider/core/check";
import type { Json } from "../../../provider/core/values";
import { netkit } from "../../../provider/resources/netkit";
import { stateFor } from "../../support/inputs/states";
import { FakeHost, kernelOn } from "../../support/provider/fakeHost";
import { fakeLink } from "../../support/provider/fakeNetlink";
import { lines } from "./lines";

const MARK = "pulumi:lab/dev/link:0123";
/** The group that stands for this mark. */
const GROUP = "132695404";

type Inputs = Parameters<typeof netkit.plan>[0];
type State = NonNullable<Parameters<typeof netkit.plan>[1]>;
const ENDS = { a: { name: "nk0", namespace: "net0" }, b: { name: "nk1", namespace: "net1" } };
const inputs = (more: Json = {}) => parse(netkit.inputs, { ...ENDS, ...more }).parsed as Inputs;
const stateOf = (want: Inputs) => stateFor(netkit, want) as State;

// No kernel here has netkit: what is asked of it, and how its answers are read, is proved by these.
describe("a netkit pair", () => {
  it("is made with `a` as the primary end, and marked like a veth pair", () => {
    const want = inputs({ mode: "l2", a: { ...ENDS.a, policy: "blackhole" }, b: { ...ENDS.b, policy: "forward" } });
    assert.deepEqual(lines(netkit.plan(want, undefined, MARK)), [
      `ip link add name nk0 netns /run/netns/net0 group ${GROUP} type netkit mode l2 blackhole peer forward name nk1 netns /run/netns/net1 group ${GROUP}`,
      `[net1] ip link set dev nk1 alias ${MARK} group 0 up`,
      `[net0] ip link set dev nk0 alias ${MARK} group 0 up`,
    ]);
  });

  it("is asked for in the kernel's numbers", async () => {
    const host = new FakeHost();
    for (const name of ["net0", "net1"]) host.netlink.add(`/run/netns/${name}`);
    const want = inputs({ mode: "l2", a: { ...ENDS.a, policy: "blackhole" }, b: { ...ENDS.b, policy: "forward" } });
    await kernelOn(host).execute(netkit.plan(want, undefined, MARK).slice(0, 1), "nk0");
    const [change = {}] = host.netlink.changes;
    const { kind, data: all } = change.linkinfo as { kind: string; data: Json };
    const { peer, ...data } = all;
    assert.deepEqual([kind, data], ["netkit", { mode: 0, policy: 2, peerPolicy: 0 }]);
    assert.equal((peer as Json).ifname, "nk1");
  });

  it("changes the policy of either end in place, through the primary one", () => {
    const want = inputs({ a: { ...ENDS.a, policy: "blackhole" }, b: { ...ENDS.b, policy: "blackhole" } });
    const have = stateOf(inputs());
    assert.deepEqual(lines(netkit.plan(want, have, MARK)), [
      "[net0] ip link set dev nk0 type netkit blackhole",
      "[net0] ip link set dev nk0 type netkit peer blackhole",
    ]);
    assert.deepEqual(lines(netkit.plan(want, { ...have, primary: "b" }, MARK)), [
      "[net1] ip link set dev nk1 type netkit peer blackhole",
      "[net1] ip link set dev nk1 type netkit blackhole",
    ]);
  });

  it("is read with its mode, which end is the primary one, and the policy of each, and imports as such", async () => {
    const host = new FakeHost();
    const netns = host.netlink.add("/run/netns/net0");
    const end = (index: number, ifname: string, link: number, data: object) =>
      fakeLink({ index, ifname, link, flags: 1, mtu: 1500, operstate: 6, linkinfo: { kind: "netkit", data } });
    netns.links.push(
      end(5, "nk0", 6, { mode: 1, primary: 0, policy: 0, peerPolicy: 2 }),
      end(6, "nk1", 5, { mode: 1, primary: 1, policy: 2, peerPolicy: 0 }),
    );
    const seen = await netkit.observe(kernelOn(host), { a: { name: "nk0", namespace: "net0" } });
    const { a, b, mode, primary } = seen?.state ?? assert.fail();
    assert.deepEqual([a.policy, b.policy, mode, primary], ["forward", "blackhole", "l3", "b"]);
    assert.deepEqual([a.name, b.name, a.ifindex, b.ifindex], ["nk0", "nk1", 5, 6]);
    const found = netkit.adopt(seen?.state as State);
    assert.deepEqual([found.a.policy, found.b.policy, found.mode], [undefined, "blackhole", undefined]);
  });
});
