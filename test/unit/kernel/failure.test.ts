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
    ["notFound", "nsenter: cannot open /run/netns/x: No such file or directory"],
    ["notFound", "nsenter: reassociate to namespace 'ns/net' failed: Invalid argument"],
    ["permission", "nsenter: reassociate to namespace 'ns/net' failed: Operation not permitted"],
    ["exists", "ovs-vsctl: cannot create a bridge named br0 because a bridge named br0 already exists"],
    ["exists", "ovs-vsctl: cannot create a port named p1 because a port named p1 already exists on bridge br0"],
    ["notFound", "ovs-vsctl: no bridge named br0"],
    ["notFound", "ovs-vsctl: no port named p0"],
    ["notFound", 'ovs-vsctl: no row "br0" in table Bridge'],
    ["kernel", "ovs-vsctl: unix:/run/none.sock: database connection failed (No such file or directory)"],
    ["permission", "ovs-vsctl: unix:/run/db.sock: database connection failed (Permission denied)"],
    ["notFound", "netlink error: No such device"],
    ["notFound", "Cannot get device feature names: No such device"],
    ["unsupported", "netlink error: Operation not supported"],
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
    ["busy", "Error: Could not process rule: Device or resource busy\ndelete table inet nat"],
    ["unsupported", "netlink: Error: cache initialization failed: Protocol not supported"],
    [
      "permission",
      "Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed: Operation not permitted",
    ],
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
    assert.match(told(alarm, killed) ?? "", /^The database answers, but ovs-vswitchd, which/);
    assert.match(told(alarm, killed, "ip link") ?? "", /^Something killed it/);
  });
});

describe("a tool that is missing", () => {
  const said = (tool: string) =>
    `${tool} is not installed here: the host needs util-linux (apt-get install util-linux).`;
  const cases: [result: RunResult, tool: string][] = [
    [result("", { exitCode: undefined, failure: "notFound" }), "The program"],
    [result("nsenter: failed to execute sh: No such file or directory", { exitCode: 127 }), "sh"],
    [result("unshare: failed to execute sh: No such file or directory", { exitCode: 1 }), "sh"],
    [result("sh: 1: unshare: not found", { exitCode: 127 }), "unshare"],
  ];
  for (const [missing, tool] of cases) {
    it(`is told with the packages that have it: ${missing.stderr || "no such program"}`, () => {
      const kind = kindOf(missing, running);
      assert.equal(kind, "unsupported");
      assert.equal(explain(kind, missing), said(tool));
    });
  }

  it("is told with the kind that needs it", () => {
    const missing = (tool: string) => result(`nsenter: failed to execute ${tool}: No such file or directory`);
    const said = (tool: string) => explain("unsupported", missing(tool));
    assert.equal(said("ethtool"), "ethtool is not installed here: `offloads` need it (apt-get install ethtool).");
  });

  it("is not told of a kernel without nftables", () => {
    assert.equal(
      explain("unsupported", result("Operation not supported"), "nsenter --net=/run/netns/x nft -f -"),
      "This kernel has no nftables (or not all that the rules need of it): it needs CONFIG_NF_TABLES (try `modprobe nf_tables`).",
    );
  });

  it("is not told of a kernel that lacks something", () => {
    const lacking = result("netlink error: Operation not supported");
    assert.equal(
      explain("unsupported", lacking),
      "This kernel does not have it: see the line above, and `zgrep CONFIG_ /proc/config.gz`.",
    );
  });
});

describe("what to do about an error", () => {
  it("is said for what the user can do something about, and for nothing else", () => {
    const kinds: ErrorKind[] = [
      ...(["permission", "busy", "unsupported", "timeout"] as const),
      ...(["cancelled", "exists", "notFound"] as const),
    ];
    for (const kind of kinds) assert.match(explain(kind, result("")) ?? "", /^[A-Z].*\.$/s);
    assert.match(
      explain("exists", result(""), "ip netns exec x nft -f -") ?? "",
      / nft list tables` .* another name\.$/,
    );
    assert.match(explain("exists", result(""), "ovs-vsctl add-br b") ?? "", /`ovs-vsctl show` .* another name\.$/);
    for (const kind of ["kernel", "user"] as const) assert.equal(explain(kind, result("")), undefined);
  });
});

describe("a command that was ended", () => {
  const aborted = result("", { exitCode: undefined, failure: "aborted" });

  it("by its deadline is a timeout", async () => {
    const signal = AbortSignal.timeout(0);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    assert.equal(kindOf(aborted, signal), "timeout");
    assert.equal(
      interruption(signal, "net0: waited").message,
      "net0: waited\n  Raise `customTimeouts` of the resource or `netns:timeoutSeconds`, or find what holds the command up.",
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
