import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { Losses } from "../../provider/lifecycle/losses";
import { kinds } from "../../provider/resources";
import { LabHost } from "../support/labHost/labHost";
import { LabProvider } from "../support/provider/labProvider";
import type { Recorded } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";

const AT = { namespace: "n" };
const ON = { ...AT, device: "d0" };
const NOWHERE = ["blackhole", "unreachable", "prohibit", "throw"];

/** Things that hang on a device, on lo, on an address or on each other, by their names; each stands on those before it. */
const THINGS: Record<string, [type: string, inputs: Json]> = {
  net: ["Namespace", { name: "n" }],
  pair: ["VethPair", { a: { ...AT, name: "d0" }, b: { ...AT, name: "e0" } }],
  first: ["Address", { ...ON, address: "10.0.0.1/24" }],
  second: ["Address", { ...ON, address: "10.0.1.1/24" }],
  six: ["Address", { ...ON, address: "2001:db8::1/64", noDad: true }],
  loops: ["Address", { ...AT, device: "lo", address: "2001:db8:7::1/128", noDad: true }],
  route: ["Route", { ...AT, destination: "10.9.0.0/16", gateway: "10.0.0.9", device: "d0" }],
  from: ["Route", { ...AT, destination: "10.8.0.0/16", device: "e0", source: "10.0.1.1" }],
  several: ["Route", { ...AT, destination: "10.7.0.0/16", nexthops: [{ device: "d0" }, { device: "e0" }] }],
  routeSix: ["Route", { ...AT, destination: "2001:db8:9::/48", gateway: "2001:db8::9" }],
  peer: ["Neighbor", { ...ON, address: "10.0.0.9", mac: "02:00:00:00:00:09" }],
  peerSix: ["Neighbor", { ...ON, address: "2001:db8::9", mac: "02:00:00:00:00:09" }],
  key: ["Sysctl", { ...AT, key: "net.ipv6.conf.d0.accept_ra", value: "0" }],
  root: ["Qdisc", { ...ON, handle: "1:", kind: "tbf", tbf: { rate: "1mbit", burst: "32kb", latency: "50ms" } }],
  leaf: ["Qdisc", { ...ON, parent: "1:1", handle: "2:", kind: "pfifo" }],
  upper: ["Macvlan", { ...AT, name: "m", parent: "d0" }],
  rule: ["Rule", { ...AT, priority: 100, iif: "d0" }],
  ...Object.fromEntries(
    NOWHERE.flatMap((type, index) => [
      [`${type}Four`, ["Route", { ...AT, destination: `10.${index}.0.0/16`, type }]],
      [`${type}Six`, ["Route", { ...AT, destination: `2001:db8:10${index}::/48`, type }]],
    ]),
  ),
};

/** What somebody does to a thing by hand, and what of it the program would have to change for that. */
const HAPPENS: [line: string, name: string, change?: Json][] = [
  ["ip -n n link set lo down", "net", { loopbackUp: false }],
  ["ip -n n link set d0 down", "pair", { a: { up: false } }],
  ["ip -n n link set d0 address 02:00:00:00:00:07", "pair", { a: { mac: "02:00:00:00:00:07" } }],
  ["ip -n n link set d0 mtu 1000", "pair", { a: { mtu: 1000 } }],
  ["ip -n n link set d0 mtu 1400", "pair", { a: { mtu: 1400 } }],
  ["ip -n n link del d0", "pair"],
  ["ip -n n addr del 10.0.1.1/24 dev d0", "second"],
  ["ip -n n addr del 2001:db8::1/64 dev d0", "six"],
  ["ip netns exec n tc qdisc del dev d0 root", "root"],
  ...["d0", "lo", "all"].map((device): [string, string, Json] => [
    `ip netns exec n sysctl -qw net.ipv6.conf.${device}.disable_ipv6=1`,
    `net.ipv6.conf.${device}.disable_ipv6`,
    { value: "1" },
  ]),
];

describe("What the kernel takes along", () => {
  const kindOf = (type: string) => kinds.find((one) => one.type === type) ?? assert.fail(type);
  let host: LabHost;
  let provider: LabProvider;
  before(needs("root", "nsenter", "ip", "tc", "sysctl"));
  before(async () => {
    host = await LabHost.start();
    provider = await LabProvider.start(host);
  });
  beforeEach(() => provider.begin());
  afterEach(() => provider.end());
  after(async () => {
    await provider?.stop();
    await host?.stop();
  });

  for (const [line, name, change] of HAPPENS)
    it(`is what we say, after \`${line}\``, async () => {
      const made = new Map<string, [type: string, now: Recorded]>();
      for (const [one, [type, inputs]] of Object.entries(THINGS))
        made.set(one, [type, await provider.create(type, one, inputs)]);
      const losses = new Losses();
      for (const [one, [type, { state }]] of made) losses.know(one, { kind: kindOf(type), state });
      const [type, { state }] = made.get(name) ?? ["Sysctl", { state: { ...AT, key: name, value: "0" } }];
      if (change) losses.lack(kindOf(type).affects?.(state, change) ?? []);
      else losses.remove(name);

      await host.run(line.split(" "));
      const gone: string[] = [];
      for (const [one, [type, now]] of made) if (!(await provider.read(type, one, now))) gone.push(one);
      assert.deepEqual(
        gone,
        [...made.keys()].filter((one) => losses.lostWith(one) || losses.isRemoved(one)),
      );

      for (const [one, [type, now]] of [...made].reverse()) await provider.delete(type, one, now);
    });
});
