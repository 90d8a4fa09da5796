import assert from "node:assert/strict";
import type { ErrorKind } from "../../../provider/errors";
import type { RunResult } from "../../../provider/host/host";
import { explain, interruption, kindOf } from "../../../provider/kernel/failure";

const running = new AbortController().signal;
const result = (stderr: string, more: Partial<RunResult> = {}): RunResult => ({
  stdout: "",
  stderr,
  exitCode: 2,
  ...more,
});

describe("what the tools print", () => {
  const sayings: [kind: ErrorKind, stderr: string][] = [
    ["exists", "RTNETLINK answers: File exists"],
    ["exists", "Error: ipv4: Address already assigned."],
    ["exists", "Error: ipv6: address already assigned."],
    ["exists", 'Cannot create namespace file "/run/netns/net0": File exists'],
    ["notFound", "Error: ipv4: Address not found."],
    ["notFound", "Error: ipv6: address not found."],
    ["notFound", 'Device "x" does not exist.'],
    ["notFound", 'Cannot find device "x"'],
    ["notFound", 'Cannot open network namespace "x": No such file or directory'],
    ["notFound", "nsenter: cannot open /run/netns/x: No such file or directory"],
    ["notFound", 'Cannot remove namespace file "/run/netns/x": No such file or directory'],
    ["notFound", "sysctl: cannot stat /proc/sys/net/ipv4/none: No such file or directory"],
    ["notFound", 'sysctl: "net/ipv4/none" is an unknown key'],
    ["notFound", 'Error: argument "/run/netns/x" is wrong: Invalid "netns" value'],
    ["notFound", "RTNETLINK answers: Cannot assign requested address"],
    ["notFound", "nsenter: reassociate to namespace 'ns/net' failed: Invalid argument"],
    ["exists", "ovs-vsctl: cannot create a bridge named br0 because a bridge named br0 already exists"],
    ["exists", "ovs-vsctl: cannot create a port named p1 because a port named p1 already exists on bridge br0"],
    ["notFound", "ovs-vsctl: no bridge named br0"],
    ["notFound", "ovs-vsctl: no port named p0"],
    ["notFound", 'ovs-vsctl: no row "br0" in table Bridge'],
    ["kernel", "ovs-vsctl: unix:/run/none.sock: database connection failed (No such file or directory)"],
    ["permission", "ovs-vsctl: unix:/run/db.sock: database connection failed (Permission denied)"],
    ["permission", "RTNETLINK answers: Operation not permitted"],
    ["permission", "mkdir /run/netns failed: Permission denied"],
    ["permission", "sysctl: permission denied on key 'net.ipv4.ip_forward'"],
    ["permission", "sudo: a password is required"],
    ["permission", "ann is not in the sudoers file."],
    ["notFound", "RTNETLINK answers: No such device"],
    ["unsupported", 'Option "-j" is unknown, try "ip -help".'],
    ["unsupported", 'Command "attach" is unknown, try "ip netns help".'],
    ["unsupported", "ip: unrecognized option: j"],
    ["busy", "RTNETLINK answers: Device or resource busy"],
    ["unsupported", "RTNETLINK answers: Operation not supported"],
    ["unsupported", "Error: Unknown device type."],
    ["exists", "Error: Exclusivity flag on, cannot modify."],
    ["exists", "Error: NLM_F_REPLACE needed to override."],
    ["exists", "Error: An interface with the same name exists in the target netns."],
    ["notFound", "Error: Failed to find specified qdisc."],
    ["notFound", "Error: Cannot find specified qdisc on specified device."],
    ["notFound", "Error: Failed to find qdisc with specified classid."],
    ["unsupported", "Error: Specified qdisc kind is unknown."],
    ["unsupported", "open: No such file or directory"],
    ["unsupported", "open: No such device"],
    ["kernel", 'invalid user "nobody-here"'],
    ["exists", "/dev/stdin:1:19-21: Error: Could not process rule: File exists\ncreate table inet nat {"],
    ["notFound", "/dev/stdin:1:19-21: Error: Could not process rule: No such file or directory\ndelete table inet nat"],
    ["user", "/dev/stdin:3:12-14: Error: Could not process rule: File exists"],
    ["user", "/dev/stdin:2:3-9: Error: syntax error, unexpected string"],
    ["notFound", "/dev/stdin:2:3-9: Error: Interface does not exist"],
    ["permission", "/dev/stdin:1:19-21: Error: Could not process rule: Operation not permitted"],
    ["unsupported", "/dev/stdin:1:19-21: Error: Could not process rule: Operation not supported"],
    ["user", "Error: syntax error, unexpected masquerade, expecting string\nlist table inet masquerade"],
    ["notFound", "Error: No such file or directory\nlist table inet nat"],
    ["notFound", "Error: Could not process rule: No such file or directory\ndelete table inet nat"],
    ["unsupported", "netlink: Error: cache initialization failed: Protocol not supported"],
    [
      "permission",
      "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted",
    ],
    ["unreachable", "Error: Nexthop has invalid gateway."],
    ["unreachable", "Error: Nexthop device is not up."],
    ["unreachable", "Error: Device for nexthop is not up."],
    ["unreachable", "Error: Invalid source address."],
    ["unreachable", "RTNETLINK answers: Network is down"],
    ["kernel", "Error: Attribute failed policy validation."],
    ["kernel", 'sysctl: setting key "net/ipv4/ip_default_ttl": Invalid argument'],
    ["kernel", ""],
  ];
  for (const [kind, stderr] of sayings) {
    it(`means ${kind}: ${stderr || "nothing at all"}`, () => assert.equal(kindOf(result(stderr), running), kind));
  }
});

describe("what is wrong with Open vSwitch", () => {
  const line = "nsenter --net=/run/netns/sw ovs-vsctl --timeout=10 -- add-br br0";
  const told = (stderr: string, more: Partial<RunResult> = {}, command = line) => {
    const missing = result(stderr, more);
    return explain(kindOf(missing, running), missing, command);
  };

  it("is told by what is missing: the tool, the database or the daemon", () => {
    const tool = /^ovs-vsctl is not installed here: OVS bridges need Open vSwitch on the host/;
    assert.match(
      told("nsenter: failed to execute ovs-vsctl: No such file or directory", { exitCode: 127 }) ?? "",
      tool,
    );
    const none = { exitCode: undefined, failure: "notFound" } as const;
    assert.match(told("", none, "ovs-vsctl --timeout=10 -- add-br br0") ?? "", tool);
    const database = "ovs-vsctl: unix:/run/none.sock: database connection failed (No such file or directory)";
    assert.match(told(database) ?? "", /^No database of Open vSwitch answers there: start it/);
    const killed = { exitCode: undefined, failure: "killed" } as const;
    const alarm = "2026-11-25T17:21:53Z|00002|fatal_signal|WARN|terminating with signal 14 (Alarm clock)";
    assert.match(told(alarm, killed) ?? "", /^The database answers, but ovs-vswitchd does not/);
    assert.match(told(alarm, killed, "ip link") ?? "", /^Something killed it/);
  });
});

describe("a tool that is missing", () => {
  const said = (tool: string) =>
    `${tool} is not installed here: the host needs iproute2, util-linux and procps (apt-get install iproute2 util-linux procps).`;
  const cases: [result: RunResult, tool: string][] = [
    [result("", { exitCode: undefined, failure: "notFound" }), "The program"],
    [result("nsenter: failed to execute ip: No such file or directory", { exitCode: 127 }), "ip"],
    [result("nsenter: failed to execute sysctl: No such file or directory", { exitCode: 1 }), "sysctl"],
    [result("sudo: nsenter: command not found", { exitCode: 1 }), "nsenter"],
    [result("sh: 1: ip: not found", { exitCode: 127 }), "ip"],
  ];
  for (const [missing, tool] of cases) {
    it(`is told with the packages that have it: ${missing.stderr || "no such program"}`, () => {
      const kind = kindOf(missing, running);
      assert.equal(kind, "unsupported");
      assert.equal(explain(kind, missing), said(tool));
    });
  }

  it("is told with what it lacks when it is too old", () => {
    for (const stderr of ['Option "-j" is unknown, try "ip -help".', "ip: invalid option -- 'j'"]) {
      assert.match(explain("unsupported", result(stderr)) ?? "", /needs an iproute2 that has `ip -j`/);
    }
  });

  it("is not told of a kernel that lacks something", () => {
    const lacking = result("RTNETLINK answers: Operation not supported");
    assert.equal(
      explain("unsupported", lacking),
      "This kernel has it not: see the line above, and `zgrep CONFIG_ /proc/config.gz`.",
    );
  });
});

describe("a part that the kernel is built without", () => {
  const noQdisc = "Error: Specified qdisc kind is unknown.";
  const [unknown, unsupported] = ["Error: Unknown device type.", "RTNETLINK answers: Operation not supported"];
  const cases: [command: string, stderr: string, todo: string][] = [
    ["ip link add name d0 type dummy", unknown, "dummy devices: it needs CONFIG_DUMMY (try `modprobe dummy`)"],
    [
      "nft -f -",
      unsupported,
      "nftables (or not all that the rules need of it): it needs CONFIG_NF_TABLES (try `modprobe nf_tables`)",
    ],
    ["ip link add name d0 type dummy", unsupported, "dummy devices: it needs CONFIG_DUMMY (try `modprobe dummy`)"],
    [
      "ip link add name b link a type vlan id 5",
      unknown,
      "VLAN devices: it needs CONFIG_VLAN_8021Q (try `modprobe 8021q`)",
    ],
    [
      "nsenter --net=/run/netns/x ip link add name b type bridge vlan_filtering 1",
      unsupported,
      "filtering by VLAN in bridges: it needs CONFIG_BRIDGE_VLAN_FILTERING",
    ],
    [
      "ip link add name b type bridge vlan_filtering 1",
      unknown,
      "bridges: it needs CONFIG_BRIDGE (try `modprobe bridge`)",
    ],
    [
      "tc qdisc add dev veth0 root netem delay 10ms",
      noQdisc,
      "netem qdiscs: it needs CONFIG_NET_SCH_NETEM (try `modprobe sch_netem`)",
    ],
    [
      "nsenter --net=/run/netns/x tc qdisc add dev netem parent 1:1 handle 2: fq_codel",
      noQdisc,
      "fq_codel qdiscs: it needs CONFIG_NET_SCH_FQ_CODEL (try `modprobe sch_fq_codel`)",
    ],
    [
      "sudo nsenter --net=/run/netns/x bridge vlan add vid 5 dev veth0",
      unsupported,
      "filtering by VLAN in bridges: it needs CONFIG_BRIDGE_VLAN_FILTERING",
    ],
  ];
  for (const [command, stderr, todo] of cases) {
    it(`is told with its option: ${command}, ${stderr}`, () =>
      assert.equal(explain("unsupported", result(stderr), command), `This kernel has no ${todo}.`));
  }

  it("is not a device that is down", () => {
    const down = result("RTNETLINK answers: Network is down");
    assert.match(explain(kindOf(down, running), down, "ip link set dev v.5 up") ?? "", /set that up first/);
  });
});

describe("what to do about an error", () => {
  it("is said for what the user can do something about, and for nothing else", () => {
    const kinds: ErrorKind[] = [
      ...(["permission", "busy", "unsupported", "timeout"] as const),
      ...(["cancelled", "exists", "notFound"] as const),
    ];
    for (const kind of kinds) assert.match(explain(kind, result("")) ?? "", /^[A-Z].*\.$/s);
    for (const kind of ["kernel", "user"] as const) assert.equal(explain(kind, result("")), undefined);
  });
});

describe("a TAP device", () => {
  it("is told to need /dev/net/tun, and owners that are there", () => {
    for (const stderr of ["open: No such file or directory", "open: No such device"]) {
      assert.match(explain("unsupported", result(stderr)) ?? "", /^There is no \/dev\/net\/tun here.* CONFIG_TUN /);
    }
    for (const what of ["user", "group"]) {
      assert.match(explain("kernel", result(`invalid ${what} "x"`)) ?? "", /^Name one that this host has/);
    }
  });
});

describe("what is not permitted", () => {
  const cases: [stderr: string, todo: RegExp][] = [
    ["sudo: a password is required", /^Let sudo run it for this user without a password/],
    ["ann is not in the sudoers file.", /^Let sudo run it for this user without a password/],
    ["unshare: unshare failed: Operation not permitted", /^The provider has root's capabilities, so something else/],
    ['Cannot create namespace file "/run/netns/z": Read-only file system', /^Mount that file system read-write/],
    ['Cannot create namespace file "/run/netns/z": No space left on device', /^Make room on that file system/],
  ];
  for (const [stderr, todo] of cases) {
    it(`is told with what to do: ${stderr}`, () => assert.match(explain("permission", result(stderr)) ?? "", todo));
  }
});

describe("a command that was ended", () => {
  const aborted = result("", { exitCode: undefined, failure: "aborted" });

  it("by its deadline is a timeout", async () => {
    const signal = AbortSignal.timeout(0);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    assert.equal(kindOf(aborted, signal), "timeout");
    assert.equal(
      interruption(signal, "net0: waited").message,
      "net0: waited\n  Raise `customTimeouts` of the resource or `netns:timeoutSeconds`, or see what holds the command up.",
    );
  });

  it("by the engine's Cancel is cancelled", () => {
    const signal = AbortSignal.any([AbortSignal.abort(), AbortSignal.timeout(60_000)]);
    assert.equal(kindOf(aborted, signal), "cancelled");
    assert.equal(
      interruption(signal, "net0: waited", "for its link").message,
      "net0: waited\n  for its link\n  The run was cancelled: run `pulumi up` again to go on.",
    );
  });

  it("whatever it has printed until then", () => {
    assert.equal(kindOf({ ...aborted, stderr: "File exists" }, AbortSignal.abort()), "cancelled");
  });

  it("by a signal of somebody else's is the kernel's word", () => {
    assert.equal(kindOf(result("", { exitCode: undefined, failure: "killed" }), running), "kernel");
  });
});
