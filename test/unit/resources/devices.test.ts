import assert from "node:assert/strict";
import { parse } from "../../../provider/core/check";
import type { Json } from "../../../provider/core/values";
import { Kernel } from "../../../provider/kernel/kernel";
import { FakeHost } from "../../support/fakeHost";
import { kindNamed, stateFor } from "../../support/states";
import { lines } from "./lines";

const MARK = "pulumi:lab/dev/it0:0123";
const GROUP = "15495177";

/** What `ip -j -d link` (iproute2 6.1, kernel 6.1) prints of each, without what is of no interest here. */
const SHOWN: Record<string, Json> = {
  Dummy: { flags: ["BROADCAST", "NOARP"], linkinfo: { info_kind: "dummy" } },
  Macvlan: { link: "eth0", linkinfo: { info_kind: "macvlan", info_data: { mode: "bridge", bcqueuelen: 1000 } } },
  Vlan: {
    link: "eth0",
    linkinfo: { info_kind: "vlan", info_data: { protocol: "802.1ad", id: 5, flags: ["REORDER_HDR"] } },
  },
  Vxlan: {
    linkinfo: {
      info_kind: "vxlan",
      info_data: {
        ...{ id: 100, group6: "ff05::1", local6: "2001:db8:0::1", link: "eth0", port: 4790, learning: true },
        df: "unset",
      },
    },
  },
  Tap: {
    linkinfo: {
      info_kind: "tun",
      info_data: {
        type: "tap",
        pi: false,
        vnet_hdr: false,
        multi_queue: true,
        persist: true,
        user: "root",
        group: "tty",
      },
    },
  },
};
const LINK = {
  ...{ ifindex: 6, ifname: "it0", flags: ["BROADCAST", "MULTICAST", "UP"], mtu: 1400, operstate: "UP" },
  ...{ group: "default", address: "02:00:00:00:00:07", ifalias: MARK },
};
const SEEN: Record<string, Json> = {
  Dummy: { up: false },
  Macvlan: { parent: "eth0", mode: "bridge" },
  Vlan: { parent: "eth0", vid: 5, protocol: "802.1ad" },
  Vxlan: {
    vni: 100,
    group: "ff05::1",
    local: "2001:db8::1",
    device: "eth0",
    port: 4790,
    ttl: 0,
    learning: true,
    fdb: [],
  },
  Tap: { mode: "tap", user: "root", group: "tty", multiQueue: true },
};

for (const [type, row] of Object.entries(SHOWN)) {
  const kind = kindNamed(type);
  const at = (rows: (argv: readonly string[]) => unknown) =>
    new Kernel({
      host: new FakeHost((argv) => ({ stdout: JSON.stringify(rows(argv)) })),
      signal: new AbortController().signal,
      debug: () => {},
    });
  const where = { namespace: "net0", name: "it0" };

  describe(`what \`ip\` shows of a ${type}`, () => {
    const link = { ...LINK, ...row };

    it("is its state, which its outputs describe", async () => {
      const seen = await kind.observe(
        at((argv) => (argv.includes("link") ? [link] : [])),
        where,
      );
      const state = { ...where, mac: LINK.address, mtu: 1400, up: true, ifindex: 6, ...SEEN[type] };
      assert.deepEqual(seen?.state, state);
      assert.equal(seen?.mark, MARK);
      assert.deepEqual(kind.outputs.parse(state), state);
    });

    it("is nothing, or another thing, in its place", async () => {
      assert.equal(
        await kind.observe(
          at(() => [{ ...link, ifname: "other" }]),
          where,
        ),
        undefined,
      );
      const other = await kind.observe(
        at(() => [{ ...LINK, linkinfo: { info_kind: "ifb" } }]),
        where,
      );
      const what = `a device net0/it0 that is no ${type === "Tap" ? "tun" : type.toLowerCase()}`;
      assert.deepEqual(other, { what, device: { name: "it0", namespace: "net0" } });
    });

    it("is looked for by its mark where it is not in its place", async () => {
      const moved = { ...link, ifname: "it7" };
      const rows = (argv: readonly string[]) => (argv.includes("type") ? [moved] : [{ ...LINK, ifalias: "foreign" }]);
      const seen = await kind.observe(
        at((argv) => (argv[0] === "nsenter" ? rows(argv) : [])),
        where,
        MARK,
      );
      assert.equal(seen?.state?.name, "it7");
    });
  });
}

describe("the plan of a device on its own", () => {
  const add = (words: string) => `[net0] ip link add name it0 group ${GROUP} ${words}`;
  const mark = `[net0] ip link set dev it0 alias ${MARK} group 0 up`;
  const vxlan = "type vxlan id 7";
  const makes: [type: string, props: Json, expected: string[]][] = [
    ["Dummy", {}, [add("type dummy")]],
    ["Dummy", { mac: "02:00:00:00:00:0A", mtu: 1400 }, [add("address 02:00:00:00:00:0a mtu 1400 type dummy")]],
    ["Macvlan", { parent: "eth0" }, [add("link eth0 type macvlan")]],
    ["Macvlan", { parent: "eth0", mode: "passthru" }, [add("link eth0 type macvlan mode passthru")]],
    ["Vlan", { parent: "eth0", vid: 5 }, [add("link eth0 type vlan id 5")]],
    ["Vlan", { parent: "eth0", vid: 5, protocol: "802.1ad" }, [add("link eth0 type vlan protocol 802.1ad id 5")]],
    ["Vxlan", { vni: 7 }, [add(`${vxlan} dstport 4789`)]],
    [
      "Vxlan",
      { vni: 7, local: "10.0.0.1", group: "239.1.1.1", device: "eth0", port: 1, ttl: 3, learning: false },
      [add(`${vxlan} local 10.0.0.1 group 239.1.1.1 dev eth0 dstport 1 ttl 3 nolearning`)],
    ],
  ];
  for (const [type, props, expected] of makes) {
    it(`makes a ${type} of ${JSON.stringify(props)}, marks it, and sets it up`, () => {
      const { parsed, faults } = parse(kindNamed(type).inputs, { namespace: "net0", name: "it0", ...props });
      assert.deepEqual(faults, []);
      assert.deepEqual(lines(kindNamed(type).plan(parsed, undefined, MARK)), [...expected, mark]);
    });
  }

  it("changes of a VXLAN what differs, and removes an entry before it adds the next", () => {
    const kind = kindNamed("Vxlan");
    const inputs = (more: Json) => parse(kind.inputs, { namespace: "net0", name: "it0", vni: 7, ...more }).parsed;
    const entry = (last: string, destination: string) => ({ mac: `02:00:00:00:00:0${last}`, destination });
    const want = inputs({ ttl: 5, learning: false, fdb: [entry("b", "10.0.0.9"), entry("a", "10.0.0.1")] });
    const have = stateFor(kind, inputs({ fdb: [entry("a", "10.0.0.1"), entry("b", "10.0.0.2")] }));
    assert.deepEqual(lines(kind.plan(want, have, MARK)), [
      "[net0] ip link set dev it0 type vxlan id 7 ttl 5",
      "[net0] ip link set dev it0 type vxlan id 7 nolearning",
      "[net0] bridge fdb del 02:00:00:00:00:0b dev it0 dst 10.0.0.2",
      "[net0] bridge fdb append 02:00:00:00:00:0b dev it0 dst 10.0.0.9",
    ]);
  });
});

describe("a TAP device", () => {
  const kind = kindNamed("Tap");
  const inputs = (more: Json) => parse(kind.inputs, { namespace: "net0", name: "it0", ...more }).parsed;
  const make = (words: string) => (step: string | undefined) =>
    assert.ok(step?.endsWith(` it0 ${MARK} ${words}`), step);

  it("is made and marked in one step, out of sight, then set as it is to be", () => {
    const want = { mac: "02:00:00:00:00:0A", mtu: 1400, user: 7, group: "kvm", multiQueue: true };
    const [first, ...rest] = lines(kind.plan(inputs(want), undefined, MARK));
    assert.ok(first?.startsWith("[net0] sh -c exec unshare --net sh -c "));
    make("mode tap user 7 group kvm multi_queue")(first);
    assert.deepEqual(rest, [
      "[net0] ip link set dev it0 address 02:00:00:00:00:0a",
      "[net0] ip link set dev it0 mtu 1400",
      "[net0] ip link set dev it0 up",
    ]);
    const plain = lines(kind.plan(inputs({ mode: "tun", up: false, multiQueue: false }), undefined, MARK));
    make("mode tun")(plain[0]);
    assert.equal(plain.length, 1);
  });

  it("hands its name and its owner on as words of their own, never as text of a script", () => {
    const [step] = kind.plan(inputs({ name: "$(reboot)'", user: "a-b" }), undefined, MARK);
    assert.deepEqual(step?.argv.slice(4), ["$(reboot)'", MARK, "mode", "tap", "user", "a-b"]);
  });

  const passwd = "root:x:0:0:root:/root:/bin/sh\nann:x:1000:1000::/:/bin/sh\n";
  const owners: [given: string | number, shown: string | number, state: string][] = [
    ["root", "root", "root"],
    [0, "root", "0"],
    ["ann", 1000, "ann"],
    ["007", 7, "7"],
    [1000, "root", "root"],
    ["bob", "ann", "ann"],
  ];
  for (const [given, shown, state] of owners) {
    it(`is ${state}'s where the program says ${given} and \`ip\` shows ${shown}`, async () => {
      const info_data = { type: "tap", user: shown };
      const host = new FakeHost(() => ({
        stdout: JSON.stringify([{ ...LINK, linkinfo: { info_kind: "tun", info_data } }]),
      }));
      host.files.set("/etc/passwd", passwd);
      const kernel = new Kernel({ host, signal: new AbortController().signal, debug: () => {} });
      const seen = await kind.observe(kernel, kind.where(inputs({ user: given })));
      assert.equal(seen?.state?.user, state);
    });
  }

  it("has no MAC address where it is a tun", async () => {
    const { address: _, ...link } = LINK;
    const row = { ...link, linkinfo: { info_kind: "tun", info_data: { type: "tun" } } };
    const host = new FakeHost(() => ({ stdout: JSON.stringify([row]) }));
    const kernel = new Kernel({ host, signal: new AbortController().signal, debug: () => {} });
    const state = (await kind.observe(kernel, { namespace: "net0", name: "it0" }))?.state;
    const own = { mode: "tun", multiQueue: false };
    assert.deepEqual(state, { namespace: "net0", name: "it0", mtu: 1400, up: true, ifindex: 6, ...own });
  });
});
