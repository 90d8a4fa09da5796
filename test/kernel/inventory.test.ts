import assert from "node:assert/strict";
import { LabHost } from "../support/labHost/labHost";
import { LabProvider } from "../support/provider/labProvider";
import { GIVE_TUN, hasNft, hasQdisc, hasTun } from "../support/suites/kernelOptions";

/** A router between two hosts, made as people make it, with this and that which no kind has words for. */
const BY_HAND = `
ip netns add h1; ip -n h1 link set lo up
ip netns add r; ip -n r link set lo up
ip link add veth1 netns h1 type veth peer name eth1 netns r
ip -n h1 link set veth1 address 00:00:5e:00:53:01 txqueuelen 50 up
ip -n r link set eth1 alias uplink up
ip -n h1 addr add 10.0.1.1/24 dev veth1 noprefixroute
ip -n r addr add 10.0.1.254/24 dev eth1
ip -n h1 route add 10.0.1.0/24 dev veth1
ip -n h1 route add default via 10.0.1.254 advmss 1000
ip -n r route add local 10.77.0.1 dev lo
ip -n r nexthop add id 5 via 10.0.1.1 dev eth1
ip -n r route add 10.9.0.0/16 nhid 5
ip -n r rule add priority 100 from 10.0.1.0/24 table 100
ip -n r rule add priority 200 not from 10.0.3.0/24 table 7
ip -n r rule del priority 32767
ip netns exec r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.eth1.proxy_arp=1 net.ipv6.conf.all.forwarding=1
ip -n r link add br0 type bridge
ip -n r link add port type veth peer name out; ip -n r link set port master br0
ip netns exec r bridge fdb add 02:00:00:00:00:07 dev port master static
ip netns exec h1 ethtool -K veth1 tx off
ip -n h1 neigh add 10.0.1.9 lladdr 02:00:00:00:00:09 dev veth1
`;

describe("The inventory of a host", () => {
  let lab: LabHost;
  let provider: LabProvider;
  before(async () => {
    lab = await LabHost.start();
    provider = await LabProvider.start(lab);
  });
  after(async () => {
    await provider.stop();
    await lab.stop();
  });
  beforeEach(() => provider.begin());
  afterEach(async () => {
    await provider.end();
    for (const name of await lab.json<{ name: string }[]>(["ip", "-j", "netns"]))
      await lab.ip(`netns del ${name.name}`);
  });

  it("of a new namespace and new devices is these alone: what the kernel gives by itself is none of it", async () => {
    await lab.ip("netns add new");
    const devices = ["v0 type veth peer name v1", "br0 type bridge", "vx0 type vxlan id 1 dstport 4789"];
    for (const words of devices) await lab.ip(`-n new link add ${words}`);
    if (hasTun) await lab.run(["sh", "-c", `${GIVE_TUN}; ip -n new tuntap add dev tun0 mode tun`]);
    await lab.ip("-n new link set v0 up");
    await lab.ip("-n new link set v1 up");
    const { things, uncovered } = await provider.inventory(["new"]);
    assert.deepEqual(
      things.map(({ inputs }) => inputs),
      [
        { name: "new", loopbackUp: false },
        { a: { namespace: "new", name: "v0", up: true }, b: { namespace: "new", name: "v1", up: true } },
        { namespace: "new", name: "br0", up: false },
        { namespace: "new", name: "vx0", up: false, vni: 1, port: 4789 },
        ...(hasTun ? [{ namespace: "new", name: "tun0", mode: "tun", up: false }] : []),
      ],
    );
    assert.deepEqual(uncovered, []);
  });

  it("has what was made and set by hand, and tells what no kind has words for", async () => {
    await lab.run(["sh", "-ec", BY_HAND]);
    if (hasQdisc("htb")) {
      await lab.run(["ip", "netns", "exec", "r", "tc", "qdisc", "add", "dev", "eth1", "root", "handle", "1:", "htb"]);
      const words = ["class", "add", "dev", "eth1", "parent", "1:", "classid", "1:10", "htb", "rate", "5mbit"];
      await lab.run(["ip", "netns", "exec", "r", "tc", ...words]);
    }
    const { things, uncovered } = await provider.inventory(["h1", "r"]);
    const offloads = things.find(({ type }) => type === "LinkSettings")?.inputs.offloads;
    assert.deepEqual(
      things.map(({ id, inputs: { namespace: _, ...inputs } }) => [id, inputs]),
      [
        ["h1", { name: "h1", loopbackUp: true }],
        ["r", { name: "r", loopbackUp: true }],
        [
          "h1/veth1",
          {
            a: { name: "veth1", namespace: "h1", mac: "00:00:5e:00:53:01", up: true },
            b: { name: "eth1", namespace: "r", up: true },
          },
        ],
        ["r/out", { a: { name: "out", namespace: "r", up: false }, b: { name: "port", namespace: "r", up: false } }],
        ["r/br0", { name: "br0", up: false }],
        ["r/br0/port", { bridge: "br0", device: "port" }],
        ["h1/veth1,txQueueLength,offloads", { device: "veth1", txQueueLength: 50, offloads }],
        ["r:net.ipv4.conf.eth1.proxy_arp", { key: "net.ipv4.conf.eth1.proxy_arp", value: "1", restoreOnDelete: true }],
        ["r:net.ipv4.ip_forward", { key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: true }],
        ["r:net.ipv6.conf.all.forwarding", { key: "net.ipv6.conf.all.forwarding", value: "1", restoreOnDelete: true }],
        ["h1/veth1/10.0.1.1/24", { device: "veth1", address: "10.0.1.1/24" }],
        ["r/eth1/10.0.1.254/24", { device: "eth1", address: "10.0.1.254/24" }],
        ["h1/veth1/10.0.1.9", { device: "veth1", address: "10.0.1.9", mac: "02:00:00:00:00:09" }],
        ["h1/default", { destination: "default", gateway: "10.0.1.254", device: "veth1" }],
        ["h1/10.0.1.0/24", { destination: "10.0.1.0/24", device: "veth1" }],
        ["r/100", { family: "inet", priority: 100, from: "10.0.1.0/24", table: 100 }],
        ...things.filter(({ type }) => type === "Qdisc").map(({ id, inputs: { namespace: _, ...rest } }) => [id, rest]),
      ],
    );
    assert.equal((offloads as { tx?: boolean }).tx, false);
    assert.deepEqual(
      new Set(uncovered),
      new Set([
        "h1: `noprefixroute` of the address 10.0.1.1/24 on veth1",
        "h1: the advmss of the route default",
        "r: the alias of the device eth1",
        "r: the entry of 02:00:00:00:00:07 behind port in the FDB of a bridge (`bridge fdb`)",
        "r: the next hop 5 (`ip nexthop`)",
        "r: the next hop object 5 of the route 10.9.0.0/16",
        "r: the type 2 of the route 10.77.0.1/32 table 255",
        "r: the rule r/200, which says more than Rule can",
        "r: that the kernel's own rule 32767 of inet is gone",
        ...(hasQdisc("htb") ? ["r: the class 1:10 of the device eth1 (`tc class`)"] : []),
      ]),
    );
  });

  it("of the provider's own namespace has what is there, and nothing of those with names", async () => {
    await lab.ip("netns add other");
    await lab.ip("link add here type veth peer name there netns other");
    await lab.ip("-n other addr add 10.3.0.1/24 dev there");
    await lab.ip("addr add 10.3.0.2/24 dev here");
    await lab.run(["sysctl", "-qw", "net.ipv4.ip_forward=1"]);
    if (hasNft) await lab.run(["nft", "add table inet own"]);
    const { things, uncovered } = await provider.inventory([undefined]);
    await lab.run(["sysctl", "-qw", "net.ipv4.ip_forward=0"]);
    await lab.ip("link del here");
    if (hasNft) await lab.run(["nft", "delete table inet own"]);
    assert.deepEqual(
      things.map(({ type, id }) => `${type} ${id}`),
      [
        "VethPair here",
        "LinkSettings lo,up",
        "Sysctl :net.ipv4.ip_forward",
        "Address here/10.3.0.2/24",
        ...(hasNft ? ["Firewall inet/own"] : []),
      ],
    );
    assert.deepEqual(uncovered, []);
  });
});
