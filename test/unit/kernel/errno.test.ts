import assert from "node:assert/strict";
import { constants } from "node:os";
import type { ErrorKind } from "../../../provider/errors";
import { isErrno, kindOfErrno, saidByKernel, whatToDo } from "../../../provider/kernel/errno";
import type { Step } from "../../../provider/kernel/step";
import { NetlinkError } from "../../../provider/netlink/message";
import { SystemError } from "../../../provider/netlink/system";

type Code = keyof typeof constants.errno;
const refused = (code: Code, said?: string) => new NetlinkError(constants.errno[code], said);
const failed = (code: Code) => new SystemError("it", constants.errno[code]);
/** A step of these words, and what is said of it when it is refused so. */
const step = (words: string): Step => ({ argv: words.split(" "), what: "do" });
function told(words: string, error: NetlinkError | SystemError) {
  const kind = kindOfErrno(error, step(words));
  return { kind, todo: whatToDo(kind, error, words) ?? "" };
}

describe("what the kernel answers", () => {
  const rows: [kind: ErrorKind, error: NetlinkError | SystemError, words?: string][] = [
    ["exists", refused("EEXIST")],
    ["exists", failed("EEXIST"), "ip netns add net0"],
    ["notFound", refused("ENODEV")],
    ["notFound", refused("ENXIO")],
    ["notFound", refused("ESRCH"), "ip route del 10.0.0.0/8"],
    ["notFound", refused("EADDRNOTAVAIL", "ipv4: Address not found"), "ip addr del 10.0.0.1/24 dev a"],
    ["notFound", failed("ENOENT"), "sysctl -w net/none=1"],
    ["notFound", failed("ENOTDIR"), "sysctl -w net/none/x=1"],
    ["permission", refused("EPERM")],
    ["permission", failed("EACCES"), "sysctl -w net/a=1"],
    ["permission", failed("EROFS"), "sysctl -w net/a=1"],
    ["busy", refused("EBUSY")],
    ["unreachable", refused("ENETUNREACH", "Nexthop has invalid gateway"), "ip route add 10.0.0.0/8 via 10.1.1.1"],
    ["unreachable", refused("EHOSTUNREACH"), "ip route add 10.0.0.0/8 via 10.1.1.1"],
    ["unreachable", refused("ENETDOWN", "Nexthop device is not up"), "ip route add 10.0.0.0/8 via 10.1.1.1"],
    ["unreachable", refused("EINVAL", "Invalid prefsrc address"), "ip route add 10.0.0.0/8 dev a src 10.1.1.1"],
    ["unsupported", refused("EOPNOTSUPP", "Unknown device type")],
    ["unsupported", refused("EAFNOSUPPORT")],
    ["unsupported", refused("EPROTONOSUPPORT")],
    ["unsupported", refused("ENOENT", "Specified qdisc kind is unknown"), "tc qdisc add dev a parent 1:1 netem"],
    ["unsupported", refused("ENOENT"), "tc qdisc add dev a root netem"],
    [
      "notFound",
      refused("ENOENT", "Failed to find qdisc with specified classid"),
      "tc qdisc add dev a parent 1:1 netem",
    ],
    [
      "notFound",
      refused("ENOENT", "Cannot find specified qdisc on specified device"),
      "tc qdisc del dev a root handle 1:",
    ],
    ["notFound", refused("ENOENT"), "tc qdisc change dev a root handle 1: pfifo limit 5"],
    ["unsupported", failed("ENOENT"), "ip tuntap add dev a mode tap"],
    ["unsupported", failed("ENODEV"), "ip tuntap add dev a mode tap"],
    ["kernel", refused("EINVAL", "Attribute failed policy validation")],
    ["kernel", failed("EINVAL"), "sysctl -w net/ipv4/ip_default_ttl=0"],
    ["kernel", refused("ENOMEM")],
  ];
  for (const [kind, error, words = "ip link set dev a up"] of rows) {
    it(`means ${kind}: ${error.message}, to \`${words}\``, () => assert.equal(told(words, error).kind, kind));
  }

  it("to a look into what is no namespace means that nothing is there", () => {
    assert.equal(kindOfErrno(failed("EINVAL")), "notFound");
    assert.equal(kindOfErrno(refused("EINVAL")), "kernel");
  });

  it("is said with the command that means the same, in the kernel's own words where it has some", () => {
    const said = (error: NetlinkError | SystemError, words = "ip link set dev a up") => saidByKernel(words, error);
    assert.equal(said(refused("EBUSY")), "ip link set dev a up → EBUSY: Device or resource busy");
    assert.equal(said(refused("EINVAL", "mtu too small")), "ip link set dev a up → EINVAL: mtu too small");
    assert.equal(said(refused("ENODEV")), 'ip link set dev a up → ENODEV: Cannot find device "a"');
    const pointed = new NetlinkError(constants.errno.ERANGE, undefined, "IFLA_MTU");
    assert.match(said(pointed), /→ ERANGE: Numerical result out of range, at IFLA_MTU$/);
  });

  it("is told with what to do where the kernel's words say more than the errno", () => {
    const todo = (words: string, error: NetlinkError | SystemError) => told(words, error).todo;
    const route = "ip route add 10.9.0.0/16 via 10.0.0.2 src 1.2.3.4";
    assert.match(todo(route, refused("EINVAL", "Invalid prefsrc address")), /^A `source` must be an address/);
    assert.match(todo(route, refused("EINVAL", "Nexthop has invalid gateway")), /^A gateway must be/);
    assert.match(
      todo("ip neigh replace fe80::9 dev a", refused("EINVAL", "IPv6 is disabled on this device")),
      /^IPv6 is off/,
    );
    assert.match(todo("sysctl -w net/ipv4/tcp_congestion_control=bbrx", failed("ENOENT")), /^The key is gone/);
  });

  it("is told from what is no answer", () => {
    for (const error of [new Error("x"), new TypeError("x"), "EPERM", undefined, { code: "EPERM", errno: 1 }])
      assert.ok(!isErrno(error));
    const file = Object.assign(new Error("no"), { code: "ENOENT", errno: -2 });
    for (const error of [file, refused("EPERM"), failed("EPERM")]) assert.ok(isErrno(error));
  });
});

describe("a part that the kernel is built without", () => {
  const [type, none] = [refused("EOPNOTSUPP", "Unknown device type"), refused("EOPNOTSUPP")];
  const qdisc = refused("ENOENT", "Specified qdisc kind is unknown");
  const rows: [words: string, error: NetlinkError, todo: string][] = [
    ["ip link add name d0 type dummy", type, "dummy devices: it needs CONFIG_DUMMY (try `modprobe dummy`)"],
    ["ip link add name d0 type dummy", none, "dummy devices: it needs CONFIG_DUMMY (try `modprobe dummy`)"],
    [
      "ip link add name b link a type vlan id 5",
      type,
      "VLAN devices: it needs CONFIG_VLAN_8021Q (try `modprobe 8021q`)",
    ],
    [
      "ip link add name b type bridge vlan_filtering 1",
      none,
      "filtering by VLAN in bridges: it needs CONFIG_BRIDGE_VLAN_FILTERING",
    ],
    [
      "ip link add name b type bridge vlan_filtering 1",
      type,
      "bridges: it needs CONFIG_BRIDGE (try `modprobe bridge`)",
    ],
    [
      "tc qdisc add dev veth0 root netem delay 10ms",
      qdisc,
      "netem qdiscs: it needs CONFIG_NET_SCH_NETEM (try `modprobe sch_netem`)",
    ],
    [
      "tc qdisc add dev netem parent 1:1 handle 2: fq_codel",
      qdisc,
      "fq_codel qdiscs: it needs CONFIG_NET_SCH_FQ_CODEL (try `modprobe sch_fq_codel`)",
    ],
    ["bridge vlan add vid 5 dev veth0", none, "filtering by VLAN in bridges: it needs CONFIG_BRIDGE_VLAN_FILTERING"],
  ];
  for (const [words, error, todo] of rows) {
    it(`is told with its option: ${words}, ${error.message}`, () =>
      assert.equal(told(words, error).todo, `This kernel has no ${todo}.`));
  }

  it("is not known of everything", () => {
    const { todo } = told("ip link set dev a up", none);
    assert.equal(todo, "This kernel does not have it: see the line above, and `zgrep CONFIG_ /proc/config.gz`.");
  });
});

describe("what to do about what the kernel answers", () => {
  const add = "ip addr add fd00::1/64 dev a";
  const rows: [words: string, error: NetlinkError | SystemError, todo: RegExp][] = [
    ["ip link set dev v.5 up", refused("ENETDOWN"), /set that up first/],
    ["ip tuntap add dev a mode tap", failed("ENOENT"), /^There is no \/dev\/net\/tun here.* CONFIG_TUN /],
    ["ip netns add z", failed("EROFS"), /^Mount that file system read-write/],
    ["ip netns add z", failed("ENOSPC"), /^Make room on that file system/],
    ["ip netns add z", failed("EPERM"), /^The provider has root's capabilities, so something else/],
    [add, refused("EACCES"), /^IPv6 is off on this device: /],
    ["ip -4 rule add priority 5", refused("EEXIST"), /^The kernel confuses this rule with a narrower one/],
    [add, refused("EEXIST"), /^Remove it \(`ip -n NAMESPACE addr` shows it\), or give this one other properties\.$/],
    ["ip -n nft link add dev route type dummy", refused("EEXIST"), /^Remove or rename it \(`ip -n NAMESPACE link` /],
    ["ip -n x -6 route add default dev a", refused("EEXIST"), /^Remove it \(`ip -n NAMESPACE route show table all` /],
    ["ip -n x neigh add 10.0.0.1 dev a", refused("EEXIST"), /^Remove it \(`ip -n NAMESPACE neigh` /],
    ["bridge -n x fdb append 00:00:00:00:00:00 dev v", refused("EEXIST"), /^Remove it \(`bridge -n NAMESPACE fdb` /],
    ["tc -n x qdisc add dev a root netem", refused("EEXIST"), /^Remove it \(`tc -n NAMESPACE qdisc` /],
    ["ip netns add z", failed("EEXIST"), /^Remove it \(`ip netns` shows it\), or choose another name\.$/],
    ["ip link set dev a up", refused("EBUSY"), /^Find what holds it/],
    ["ip route add 10.0.0.0/8 via 10.1.1.1", refused("ENETUNREACH"), /^A gateway must be on a network/],
    ["ip route add 10.0.0.0/8 via 10.1.1.1", refused("ENETUNREACH"), / A rule with the action `unreachable` /],
    ["ip route add 10.0.0.0/8 via 10.1.1.1", refused("EINVAL"), / A rule with the action `blackhole` /],
    ["ip route add 10.0.0.0/8 via 10.1.1.1 dev a", refused("EACCES"), /^A rule with the action `prohibit` /],
    ["ip route add fd00::/64 via fd01::1 dev a", refused("EACCES"), /^IPv6 is off on this device: /],
    ["ip route add fd00::/64 via fd01::1", refused("EHOSTUNREACH"), / A route that leads nowhere /],
    ["ip route add fd00::/64 via fd01::1 dev a", refused("EHOSTUNREACH"), /^A gateway must be.*must be up\.$/],
    ["ip link set dev a up", refused("ENODEV"), /^Something that it needs is not there/],
    ["ip link set dev a up", refused("EINVAL"), /^$/],
  ];
  for (const [words, error, todo] of rows) {
    it(`is said to ${error.message} of \`${words}\``, () => assert.match(told(words, error).todo, todo));
  }
});
