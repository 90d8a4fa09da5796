import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { parse } from "../../../provider/core/check";
import { diff } from "../../../provider/core/diff";
import { fieldAt } from "../../../provider/core/meta";
import { getAt, type Json, type Path, pathText, property, Unknown } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { inputPaths, rowsFor } from "../../support/inputs/inputPaths";
import { kindNamed, stateFor } from "../../support/inputs/states";

/** `unset` is in place as long as the property is in the program, and replaces when it leaves that. */
type Verdict = "replaces" | "in place" | "unset";

/** The contract: what a change of each property, alone, does. */
const contract: Record<string, { base: Json; changed: [path: Path, to: unknown, verdict: Verdict][] }> = {
  Namespace: {
    base: { name: "net0", loopbackUp: true },
    changed: [
      [["name"], "net1", "replaces"],
      [["loopbackUp"], false, "in place"],
    ],
  },
  VethPair: {
    base: { a: end("veth0", "net0"), b: end("veth1", "net1") },
    changed: ["a", "b"].flatMap((key): [Path, unknown, Verdict][] => [
      [[key, "name"], "veth9", "replaces"],
      [[key, "namespace"], "net9", "replaces"],
      [[key, "mac"], "02:00:00:00:00:99", "in place"],
      [[key, "mtu"], 9000, "in place"],
      [[key, "up"], false, "in place"],
    ]),
  },
  Netkit: {
    base: {
      mode: "l2",
      ...Object.fromEntries(
        [
          ["a", end("nk0", "net0")],
          ["b", end("nk1", "net1")],
        ].map(([key, one]) => [key, { ...(one as Json), policy: "blackhole" }]),
      ),
    },
    changed: [
      [["mode"], "l3", "replaces"],
      ...["a", "b"].flatMap((key): [Path, unknown, Verdict][] => [
        [[key, "name"], "nk9", "replaces"],
        [[key, "namespace"], "net9", "replaces"],
        [[key, "mac"], "02:00:00:00:00:99", "in place"],
        [[key, "mtu"], 9000, "in place"],
        [[key, "up"], false, "in place"],
        [[key, "policy"], "forward", "in place"],
      ]),
    ],
  },
  Bridge: {
    base: {
      ...end("br0", "net0"),
      ...{ stp: true, forwardDelay: 200, helloTime: 300, maxAge: 600, ageingTime: 1, priority: 1 },
      ...{ vlanFiltering: true, defaultPvid: 2, mcastSnooping: false, vlans: [{ vid: 2 }] },
    },
    changed: [
      ...deviceChanges(),
      [["stp"], false, "in place"],
      [["forwardDelay"], 201, "in place"],
      [["helloTime"], 301, "in place"],
      [["maxAge"], 601, "in place"],
      [["ageingTime"], 2, "in place"],
      [["priority"], 2, "in place"],
      [["vlanFiltering"], false, "in place"],
      [["defaultPvid"], 3, "in place"],
      [["mcastSnooping"], true, "in place"],
      [["vlans"], [{ vid: 3 }], "in place"],
    ],
  },
  Dummy: { base: end("it0", "net0"), changed: deviceChanges() },
  Macvlan: {
    base: { ...end("it0", "net0"), parent: "eth0", mode: "bridge" },
    changed: [
      ...deviceChanges("in place", "unset"),
      [["parent"], "eth1", "replaces"],
      [["mode"], "private", "replaces"],
    ],
  },
  Bond: {
    base: {
      ...{
        ...end("it0", "net0"),
        mode: "802.3ad",
        miimon: 50,
        updelay: 100,
        downdelay: 100,
        xmitHashPolicy: "layer3+4",
      },
      ...{ lacpRate: "fast", adSelect: "count", minLinks: 1, primary: "eth0" },
    },
    changed: [
      ...deviceChanges(),
      [["mode"], "balance-rr", "replaces"],
      [["miimon"], 25, "in place"],
      [["updelay"], 50, "in place"],
      [["downdelay"], 50, "in place"],
      [["xmitHashPolicy"], "layer2+3", "in place"],
      [["lacpRate"], "slow", "in place"],
      [["adSelect"], "stable", "in place"],
      [["minLinks"], 2, "in place"],
      [["primary"], "eth1", "unset"],
    ],
  },
  BondPort: {
    base: { namespace: "net0", bond: "bond0", device: "veth0" },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["bond"], "bond1", "replaces"],
      [["device"], "veth1", "replaces"],
    ],
  },
  Vrf: {
    base: { ...end("it0", "net0"), table: 10 },
    changed: [...deviceChanges(), [["table"], 11, "replaces"]],
  },
  VrfPort: {
    base: { namespace: "net0", vrf: "red", device: "veth0" },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["vrf"], "blue", "replaces"],
      [["device"], "veth1", "replaces"],
    ],
  },
  Ifb: { base: end("it0", "net0"), changed: deviceChanges("replaces") },
  Macvtap: {
    base: { ...end("it0", "net0"), parent: "eth0", mode: "bridge" },
    changed: [
      ...deviceChanges("in place", "unset"),
      [["parent"], "eth1", "replaces"],
      [["mode"], "private", "replaces"],
    ],
  },
  Ipvlan: {
    base: { ...withoutMac(end("it0", "net0")), parent: "eth0", mode: "l2", flag: "private" },
    changed: [
      ...deviceChanges("in place", "unset").filter(([[property]]) => property !== "mac"),
      [["parent"], "eth1", "replaces"],
      [["mode"], "l3s", "in place"],
      [["flag"], "vepa", "in place"],
    ],
  },
  Vlan: {
    base: { ...end("it0", "net0"), parent: "eth0", vid: 10, protocol: "802.1ad" },
    changed: [
      ...deviceChanges("unset", "unset"),
      [["parent"], "eth1", "replaces"],
      [["vid"], 11, "replaces"],
      [["protocol"], "802.1Q", "replaces"],
    ],
  },
  Vxlan: {
    base: {
      ...end("it0", "net0"),
      ...{ vni: 1, local: "10.0.0.1", remote: "10.0.0.2", group: "239.1.1.1", device: "eth0", underlay: "net1" },
      ...{ port: 4790, ttl: 2 },
      ...{ learning: false, fdb: [{ mac: "02:00:00:00:00:01", destination: "10.0.0.3" }] },
    },
    changed: [
      ...deviceChanges("in place", "unset"),
      [["vni"], 2, "replaces"],
      [["local"], "10.0.0.9", "replaces"],
      [["remote"], "10.0.0.9", "replaces"],
      [["group"], "239.1.1.9", "replaces"],
      [["device"], "eth1", "replaces"],
      [["underlay"], ".", "replaces"],
      [["port"], 4791, "replaces"],
      [["ttl"], 3, "in place"],
      [["learning"], true, "in place"],
      [["fdb"], [{ mac: "02:00:00:00:00:01", destination: "10.0.0.9" }], "in place"],
    ],
  },
  Geneve: {
    base: { ...end("it0", "net0"), vni: 1, remote: "10.0.0.2", port: 6082, ttl: 2, tos: 4, df: "set" },
    changed: [
      ...deviceChanges("in place", "unset"),
      [["vni"], 2, "replaces"],
      [["remote"], "10.0.0.9", "in place"],
      [["port"], 6083, "replaces"],
      [["ttl"], "inherit", "in place"],
      [["tos"], 8, "in place"],
      [["df"], "inherit", "in place"],
    ],
  },
  Tunnel: {
    base: {
      ...end("it0", "net0"),
      ...{ mode: "gretap", local: "10.0.0.1", remote: "10.0.0.2", device: "eth0", ttl: 2, tos: 4, pmtudisc: false },
      ...{ key: 1, ikey: 2, okey: 3, encapLimit: 5 },
    },
    changed: [
      ...deviceChanges("in place", "unset"),
      [["mode"], "gre", "replaces"],
      [["local"], "10.0.0.9", "in place"],
      [["remote"], "10.0.0.9", "unset"],
      [["device"], "eth1", "replaces"],
      [["ttl"], 3, "in place"],
      [["tos"], 8, "in place"],
      [["key"], 9, "in place"],
      [["ikey"], 9, "in place"],
      [["okey"], 9, "in place"],
      [["pmtudisc"], true, "in place"],
      [["encapLimit"], "none", "in place"],
    ],
  },
  Tap: {
    base: { ...end("it0", "net0"), mode: "tap", user: "ann", group: "kvm", multiQueue: true },
    changed: [
      ...deviceChanges(),
      [["mode"], "tun", "replaces"],
      [["user"], "bob", "replaces"],
      [["group"], "tty", "replaces"],
      [["multiQueue"], false, "replaces"],
    ],
  },
  BridgePort: {
    base: {
      ...{ namespace: "net0", bridge: "br0", device: "veth0", cost: 3, priority: 4, hairpin: true, isolated: true },
      ...{ learning: false, flood: false, guard: true, rootBlock: true, vlans: [{ vid: 2 }] },
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["bridge"], "br1", "replaces"],
      [["device"], "veth1", "replaces"],
      [["cost"], 4, "unset"],
      [["priority"], 5, "in place"],
      [["hairpin"], false, "in place"],
      [["isolated"], false, "in place"],
      [["learning"], true, "in place"],
      [["flood"], true, "in place"],
      [["guard"], false, "in place"],
      [["rootBlock"], false, "in place"],
      [["vlans"], [{ vid: 3 }], "unset"],
    ],
  },
  OvsBridge: {
    base: {
      ...end("br0", "net0"),
      ...{ database: "unix:/run/a", datapathType: "netdev", failMode: "secure", stp: true, otherConfig: { a: "1" } },
    },
    changed: [
      ...deviceChanges(),
      [["database"], "unix:/run/b", "replaces"],
      [["datapathType"], "system", "replaces"],
      [["failMode"], "standalone", "in place"],
      [["stp"], false, "in place"],
      [["otherConfig", "a"], "2", "in place"],
    ],
  },
  OvsPort: {
    base: {
      ...{ bridge: "br0", ...end("it0", "net0"), database: "unix:/run/a", type: "internal" },
      ...{ tag: 5, trunks: [6], vlanMode: "native-tagged", options: { a: "1" } },
    },
    changed: [
      ...deviceChanges(),
      [["bridge"], "br1", "replaces"],
      [["database"], "unix:/run/b", "replaces"],
      [["type"], "system", "replaces"],
      [["tag"], 6, "in place"],
      [["trunks"], [7], "in place"],
      [["vlanMode"], "native-untagged", "in place"],
      [["options", "a"], "2", "in place"],
    ],
  },
  Address: {
    base: {
      namespace: "net0",
      device: "veth0",
      address: "10.0.1.1/24",
      peer: "10.0.2.1",
      broadcast: "10.0.1.255",
      label: "veth0:1",
      scope: "link",
      noDad: true,
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["device"], "veth1", "replaces"],
      [["address"], "10.0.1.2/24", "replaces"],
      [["peer"], "10.0.2.2", "replaces"],
      [["broadcast"], "10.0.1.254", "replaces"],
      [["label"], "veth0:2", "replaces"],
      [["scope"], "host", "replaces"],
      [["noDad"], false, "replaces"],
    ],
  },
  Sysctl: {
    base: {
      ...{ namespace: "net0", key: "net.ipv4.conf.*.rp_filter", device: "eth0" },
      ...{ value: "1", restoreOnDelete: true },
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["key"], "net.ipv4.conf.*.forwarding", "replaces"],
      [["device"], "eth1", "replaces"],
      [["value"], "0", "in place"],
      [["restoreOnDelete"], false, "in place"],
    ],
  },
  LinkSettings: {
    base: {
      namespace: "net0",
      device: "veth0",
      up: true,
      mtu: 1400,
      mac: "02:00:00:00:00:01",
      txQueueLength: 500,
      offloads: { tx: false, rx: false, tso: false, gso: false, gro: false },
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["device"], "veth1", "replaces"],
      [["up"], false, "in place"],
      [["mtu"], 1300, "in place"],
      [["mac"], "02:00:00:00:00:02", "in place"],
      [["txQueueLength"], 501, "in place"],
      ...["tx", "rx", "tso", "gso", "gro"].map((key): [Path, unknown, Verdict] => [
        ["offloads", key],
        true,
        "in place",
      ]),
    ],
  },
  Neighbor: {
    base: {
      ...{ namespace: "net0", device: "veth0", address: "::1", mac: "02:00:00:00:00:01" },
      proxy: true,
      router: true,
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["device"], "veth1", "replaces"],
      [["address"], "::2", "replaces"],
      [["mac"], "02:00:00:00:00:02", "in place"],
      [["proxy"], false, "replaces"],
      [["router"], false, "in place"],
    ],
  },
  Route: {
    base: {
      namespace: "net0",
      destination: "10.0.0.0/8",
      gateway: "10.0.1.2",
      device: "veth0",
      source: "10.0.1.1",
      metric: 50,
      table: 100,
      scope: "link",
      type: "throw",
      mtu: 1400,
      onLink: true,
      nexthops: [
        { gateway: "10.0.1.2", device: "veth0", weight: 2 },
        { gateway: "10.0.2.2", device: "veth1" },
      ],
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["destination"], "11.0.0.0/8", "replaces"],
      [["gateway"], "10.0.1.3", "in place"],
      [["device"], "veth1", "replaces"],
      [["source"], "10.0.1.9", "in place"],
      [["metric"], 51, "replaces"],
      [["table"], 101, "replaces"],
      [["scope"], "host", "in place"],
      [["type"], "blackhole", "in place"],
      [["mtu"], 1300, "in place"],
      [["onLink"], false, "in place"],
      [["nexthops", 0, "gateway"], "10.0.1.3", "in place"],
      [["nexthops", 0, "device"], "veth9", "replaces"],
      [["nexthops", 0, "weight"], 3, "in place"],
    ],
  },
  Qdisc: {
    base: {
      ...{ namespace: "net0", device: "veth0", parent: "1:1", handle: "2:", kind: "netem" },
      netem: {
        ...{ delay: "9ms", jitter: "1ms", correlation: "9%", loss: "9%", duplicate: "9%", corrupt: "9%" },
        ...{ reorder: "9%", rate: "9mbit", limit: 9 },
      },
      tbf: { rate: "9mbit", burst: "9kb", latency: "9ms", limit: "9kb" },
      options: {
        ...{ limit: 9, flows: 9, target: "9ms", interval: "9ms", quantum: 9, ecn: true, memoryLimit: 9, flowLimit: 9 },
        ...{ initialQuantum: 9, maxRate: "9mbit", buckets: 9, pacing: false, perturb: 9, depth: 9, divisor: 9 },
        ...{ bands: 9, default: "9", r2q: 9, directQueueLength: 9 },
      },
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["device"], "veth1", "replaces"],
      [["parent"], "root", "replaces"],
      [["handle"], "3:", "replaces"],
      [["kind"], "tbf", "replaces"],
      ...each("netem", "in place", { delay: "8ms", jitter: "2ms", rate: "8mbit", limit: 8 }),
      ...each("netem", "in place", { correlation: "8%", loss: "8%", duplicate: "8%", corrupt: "8%", reorder: "8%" }),
      ...each("tbf", "in place", { rate: "8mbit", burst: "8kb", latency: "8ms", limit: "8kb" }),
      ...each("options", "unset", { limit: 8, target: "8ms", interval: "8ms", quantum: 8, ecn: false, memoryLimit: 8 }),
      ...each("options", "unset", { flowLimit: 8, initialQuantum: 8, maxRate: "8mbit", pacing: true, perturb: 8 }),
      ...each("options", "unset", { bands: 8 }),
      ...each("options", "replaces", { flows: 8, buckets: 8, depth: 8, divisor: 8, default: "8", r2q: 8 }),
      ...each("options", "replaces", { directQueueLength: 8 }),
    ],
  },
  Rule: {
    base: {
      ...{ namespace: "net0", priority: 100, family: "inet", from: "10.0.0.0/8", to: "11.0.0.0/8", iif: "a", oif: "b" },
      ...{ fwmark: "0x1", table: 100, action: "prohibit" },
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["priority"], 101, "replaces"],
      [["family"], "inet6", "replaces"],
      [["from"], "10.0.0.0/9", "replaces"],
      [["to"], "11.0.0.0/9", "replaces"],
      [["iif"], "c", "replaces"],
      [["oif"], "c", "replaces"],
      [["fwmark"], "0x2", "replaces"],
      [["table"], 101, "replaces"],
      [["action"], "blackhole", "replaces"],
    ],
  },
  Firewall: {
    base: { namespace: "net0", name: "fw", family: "inet", rules: "chain a {\n}" },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["name"], "fw1", "replaces"],
      [["family"], "ip", "replaces"],
      [["rules"], "chain b {\n}", "in place"],
    ],
  },
  Process: {
    base: {
      ...{ namespace: "net0", name: "web", argv: ["web", "a"], env: { A: "1" }, cwd: "/tmp", user: "nobody" },
      ...{ files: { "/etc/hosts": "b" }, running: true, logBytes: 16_384, stopSignal: "INT", stopTimeoutMs: 1 },
      ready: { tcp: 80, udp: 53, line: "up", command: ["true"], timeoutMs: 1 },
    },
    changed: [
      [["namespace"], "net1", "replaces"],
      [["name"], "web1", "replaces"],
      [["argv"], ["web", "b"], "in place"],
      [["env", "A"], "2", "in place"],
      [["cwd"], "/", "in place"],
      [["user"], "daemon", "in place"],
      [["files", "/etc/hosts"], "a", "in place"],
      [["running"], false, "in place"],
      [["logBytes"], 32_768, "in place"],
      [["stopSignal"], "QUIT", "in place"],
      [["stopTimeoutMs"], 2, "in place"],
      [["ready", "tcp"], 81, "in place"],
      [["ready", "udp"], 54, "in place"],
      [["ready", "line"], "down", "in place"],
      [["ready", "command"], ["false"], "in place"],
      [["ready", "timeoutMs"], 2, "in place"],
    ],
  },
  Reachability: {
    base: {
      ...{ namespace: "net0", to: "net1", protocol: "udp", port: 1, size: 1, dontFragment: true, reachable: true },
      ...{ withinMs: 1, timeoutMs: 1, triggers: ["a"] },
    },
    changed: [
      [["namespace"], "net2", "replaces"],
      [["to"], "10.0.0.1", "replaces"],
      [["protocol"], "tcp", "replaces"],
      [["port"], 2, "replaces"],
      [["size"], 2, "replaces"],
      [["dontFragment"], false, "replaces"],
      [["reachable"], false, "in place"],
      [["withinMs"], 2, "in place"],
      [["timeoutMs"], 2, "in place"],
      [["triggers"], ["b"], "in place"],
    ],
  },
};

function each(object: string, verdict: Verdict, values: Json): [Path, unknown, Verdict][] {
  return Object.entries(values).map(([key, value]) => [[object, key], value, verdict]);
}

function deviceChanges(mac: Verdict = "in place", mtu: Verdict = "in place"): [Path, unknown, Verdict][] {
  return [
    [["namespace"], "net9", "replaces"],
    [["name"], "it9", "replaces"],
    [["mac"], "02:00:00:00:00:99", mac],
    [["mtu"], 9000, mtu],
    [["up"], false, "in place"],
  ];
}

function withoutMac({ mac: _, ...rest }: Json): Json {
  return rest;
}

function end(name: string, namespace: string): Json {
  return { name, namespace, mac: "02:00:00:00:00:01", mtu: 1400, up: true };
}

for (const [type, { base, changed }] of Object.entries(contract)) {
  const { inputs: schema } = kindNamed(type);
  const state = stateFor(kindNamed(type), base);
  const rows = changed.map(([path]) => pathText(path));
  const rowOf = (path: Path) => (rows.includes(pathText(path)) ? path : property(path));
  const changes = (want: Json, ignore: string[] = []) =>
    diff({ schema, old: base, state, want, ignore })
      .map((change) => ({ ...change, path: rowOf(change.path) }))
      .filter((change, index, all) => !isDeepStrictEqual(change, all[index - 1]));

  describe(`a change of a ${type}`, () => {
    it("has a row in the contract for every property", () => {
      assert.deepEqual([...rows].sort(), rowsFor(inputPaths(schema), rows));
    });

    for (const [path, to, verdict] of changed) {
      const replaces = verdict === "replaces";

      it(`of ${pathText(path)} alone names just that, and ${verdict}`, () => {
        assert.deepEqual(changes(changedAt(base, path, to)), [{ path, kind: "update", replaces }]);
        assert.deepEqual(changes(changedAt(base, path, Unknown.value)), [{ path, kind: "update", replaces }]);
      });

      it(`of ${pathText(path)} is none where the program ignores it`, () => {
        const want = changedAt(base, path, to);
        assert.deepEqual(changes(want, [pathText(path)]), []);
        assert.deepEqual(changes(want, [String(path[0])]), []);
        assert.deepEqual(changes(want, ["other"]).length, 1);
      });

      if (!isRequired(schema, path)) {
        it(`that leaves ${pathText(path)} out of the program is a delete of it, and ${verdict}`, () => {
          const unset = verdict !== "in place";
          assert.deepEqual(changes(changedAt(base, path, undefined)), [{ path, kind: "delete", replaces: unset }]);
        });
      }
    }
  });
}

describe("the contract of changes", () => {
  it("is about every kind", () => assert.deepEqual(Object.keys(contract).sort(), kinds.map(({ type }) => type).sort()));

  it("holds for a pair as it is written first, without what has defaults", () => {
    const { inputs: schema } = kindNamed("VethPair");
    const written = parse(schema, { a: { name: "veth0" }, b: { name: "veth1" } }).parsed;
    const want = parse(schema, { a: { name: "veth0", mtu: 1500, up: true }, b: { name: "veth1" } }).parsed;
    const state = stateFor(kindNamed("VethPair"), written);
    assert.deepEqual(diff({ schema, old: written, state, want }), []);
    assert.deepEqual(diff({ schema, old: want, state, want: written }), []);
  });
});

function isRequired(schema: z.ZodObject, path: Path): boolean {
  return !(fieldAt(schema, path) instanceof z.ZodOptional);
}

function changedAt(base: Json, path: Path, value: unknown): Json {
  const copy = structuredClone(base);
  const parent = getAt(copy, path.slice(0, -1)) as Json;
  if (value === undefined) delete parent[path.at(-1) as string];
  else parent[path.at(-1) as string] = value;
  return copy;
}
