import assert from "node:assert/strict";
import { constants } from "node:os";
import { NetnsError } from "../../../provider/errors";
import { showAddresses } from "../../../provider/kernel/address";
import { netnsNumbers, showLink } from "../../../provider/kernel/link";
import { netnsPath, netnsWord } from "../../../provider/kernel/netnsPath";
import { spelledByNft } from "../../../provider/kernel/nft";
import { SharedReads } from "../../../provider/kernel/readCache";
import { listSysctls, readSysctl } from "../../../provider/kernel/sysctl";
import { NetlinkError } from "../../../provider/netlink/message";
import { SystemError } from "../../../provider/netlink/system";
import { type Answer, FakeHost, kernelOn } from "../../support/provider/fakeHost";
import { type FakeNetlink, fakeLink } from "../../support/provider/fakeNetlink";

function setUp(answer?: Answer, signal = new AbortController().signal) {
  const host = new FakeHost(() => answer);
  const netns = host.netlink.add("/run/netns/x");
  const debug: string[] = [];
  return { host, netns, debug, kernel: kernelOn(host, { signal, debug: (line) => debug.push(line) }) };
}

const { EINVAL, EPERM } = constants.errno;

describe("a look into the kernel", () => {
  it("tells what is there, in the words of `ip`", async () => {
    const { kernel } = setUp();
    const [lo] = (await kernel.devices("x")) ?? [];
    assert.deepEqual(lo, {
      ...{ ifindex: 1, ifname: "lo", flags: ["LOOPBACK"], mtu: 0, operstate: "UNKNOWN", address: "", addr_info: [] },
    });
  });

  it("gives undefined for what is not there, be it the device or its namespace, or no namespace at all", async () => {
    const { host, kernel } = setUp();
    assert.equal(await kernel.device("x", "none"), undefined);
    assert.equal(await kernel.device("gone", "lo"), undefined);
    assert.equal(await kernel.devices("gone"), undefined);
    host.netlink.beforeLook = () => {
      throw new SystemError("setns", EINVAL);
    };
    assert.equal(await kernel.device("x", "lo"), undefined);
  });

  it("says what was looked for, and where, when it fails", async () => {
    const { host, kernel } = setUp();
    host.netlink.beforeLook = () => {
      throw new NetlinkError(EPERM);
    };
    await assert.rejects(kernel.device("x", "lo"), {
      kind: "permission",
      message:
        /^could not look into namespace x\n {2}nsenter --net=\/run\/netns\/x ip -d addr show dev lo → EPERM: Operation not permitted\n/,
    });
    await assert.rejects(kernel.devices(undefined), /^NetnsError: could not look\n {2}ip -d addr show → EPERM: /);
  });

  it("takes an answer that the kernel has no word for as none", async () => {
    const { host, kernel } = setUp();
    host.netlink.beforeLook = () => {
      throw new NetlinkError(EINVAL);
    };
    await assert.rejects(kernel.device("x", "lo"), { kind: "kernel" });
  });

  it("is not made after a Cancel or a deadline", async () => {
    const late = AbortSignal.abort(Object.assign(new Error(), { name: "TimeoutError" }));
    for (const [signal, kind] of [[AbortSignal.abort(), "cancelled"] as const, [late, "timeout"] as const]) {
      const { host, kernel } = setUp(undefined, signal);
      await assert.rejects(kernel.devices("x"), { kind });
      assert.deepEqual(host.touched, []);
    }
  });

  it("is told as the command that would print it", async () => {
    const { debug, kernel } = setUp();
    await kernel.device("x", "lo");
    assert.deepEqual(debug, ["nsenter --net=/run/netns/x ip -d addr show dev lo"]);
  });
});

describe("asking a program", () => {
  it("gives what it prints, and undefined for what is not there", async () => {
    const { host, kernel } = setUp({ stdout: "table\n" });
    assert.equal(await kernel.ask("x", ["ethtool", "-k"], "list"), "table\n");
    assert.deepEqual(host.argvs, [["nsenter", "--net=/run/netns/x", "--", "ethtool", "-k"]]);
    const gone = [
      "nsenter: cannot open /run/netns/x: No such file or directory",
      "nsenter: reassociate to namespace 'ns/net' failed: Invalid argument",
    ];
    for (const stderr of gone)
      assert.equal(await setUp({ exitCode: 1, stderr }).kernel.ask("x", ["ethtool"], "list"), undefined);
  });

  it("says what was asked for, and where, when it fails", async () => {
    const { kernel } = setUp({ exitCode: 1, stderr: "Operation not permitted" });
    await assert.rejects(kernel.ask("x", ["ethtool", "-k"], "list the offloads"), {
      message: /^could not list the offloads in namespace x\n {2}nsenter --net=\S+ ethtool -k → exit 1: /,
    });
  });

  it("never takes a Cancel or a deadline for an answer", async () => {
    const aborted = { exitCode: undefined, failure: "aborted" } as const;
    await assert.rejects(setUp(aborted, AbortSignal.abort()).kernel.ask("x", ["ethtool"], "list"), {
      kind: "cancelled",
    });
    const late = AbortSignal.abort(Object.assign(new Error(), { name: "TimeoutError" }));
    await assert.rejects(setUp(aborted, late).kernel.ask("x", ["ethtool"], "list"), { kind: "timeout" });
  });

  it("asks again where it shared the answer of a request that was cancelled", async () => {
    const host = new FakeHost((_, { signal }) =>
      signal.aborted ? { exitCode: undefined, failure: "aborted" } : { stdout: "table\n" },
    );
    const sharedReads = new SharedReads();
    const [cancelled, other] = [
      kernelOn(host, { sharedReads: sharedReads, signal: AbortSignal.abort() }),
      kernelOn(host, { sharedReads: sharedReads }),
    ];
    const asked = [cancelled, other].map((kernel) => kernel.ask(undefined, ["ethtool"], "list"));
    const [first, second] = await Promise.allSettled(asked);
    assert.equal(first?.status, "rejected");
    assert.deepEqual(second, { status: "fulfilled", value: "table\n" });
  });

  it("never takes a missing tool for a missing thing", async () => {
    const stderr = "nsenter: failed to execute ethtool: No such file or directory";
    const { kernel } = setUp({ exitCode: 127, stderr });
    await assert.rejects(kernel.ask("x", ["ethtool"], "list"), { kind: "unsupported" });
  });

  it("goes on under another signal where something has to be put back", async () => {
    const seen: AbortSignal[] = [];
    const host = new FakeHost((_, { signal }) => void seen.push(signal));
    const [first, second] = [new AbortController().signal, new AbortController().signal];
    const kernel = kernelOn(host, { signal: first });
    await kernel.execute([{ argv: ["ethtool", "a"], what: "a" }], "s");
    await kernel.under(second).execute([{ argv: ["ethtool", "b"], what: "b" }], "s");
    assert.deepEqual([seen[0] === first, seen[1] === second, kernel.signal === first], [true, true, true]);
  });
});

describe("asking nft's library", () => {
  const LIST = ["nft", "-s", "list", "table", "inet", "t"];
  function answering(answer: FakeNetlink["answerNft"], signal?: AbortSignal) {
    const { host, debug, kernel } = setUp(undefined, signal);
    host.netlink.answerNft = answer;
    return { host, debug, kernel };
  }

  it("gives what it prints, without a program, and tells the command", async () => {
    const asked: unknown[] = [];
    const { host, debug, kernel } = answering((place, commands) => {
      asked.push([place, commands]);
      return { stdout: "table\n" };
    });
    assert.equal(await kernel.ask("x", LIST, "list"), "table\n");
    assert.deepEqual(asked, [["/run/netns/x", [{ text: "list table inet t", isStateless: true }]]]);
    assert.deepEqual(debug, ["nsenter --net=/run/netns/x nft -s list table inet t"]);
    assert.deepEqual(host.log, []);
  });

  it("gives undefined for what is not there, be it the table or its namespace", async () => {
    const { kernel } = answering(() => undefined);
    assert.equal(await kernel.ask("x", LIST, "list"), undefined);
    assert.equal(await kernel.ask("gone", LIST, "list"), undefined);
  });

  it("never takes another failure for an answer", async () => {
    const refused = answering(() => ({ exitCode: 1, stderr: "Error: Operation not permitted" }));
    await assert.rejects(refused.kernel.ask("x", LIST, "list"), { kind: "permission" });
    const late = AbortSignal.abort(Object.assign(new Error(), { name: "TimeoutError" }));
    const aborted = answering(() => ({ exitCode: undefined, failure: "aborted" }), late);
    await assert.rejects(aborted.kernel.ask("x", LIST, "list"), { kind: "timeout" });
    const missing = answering(() => Promise.reject(new NetnsError({ kind: "unsupported", tried: "", todo: "Do." })));
    await assert.rejects(missing.kernel.ask("x", LIST, "list"), {
      kind: "unsupported",
      message: "could not list in namespace x\n  Do.",
    });
    const barred = answering(() => Promise.reject(new SystemError("setns", EPERM)));
    await assert.rejects(barred.kernel.ask("x", LIST, "list"), { kind: "permission", message: / → EPERM: / });
  });

  it("for how it would write a table gives undefined where that cannot be told, and no bug of ours", async () => {
    const at = { family: "inet", name: "t" };
    const written = answering(() => ({ stdout: "table inet t {\n\tchain a {\n\t}\n}\n" }));
    assert.equal(await spelledByNft(written.kernel, at, "chain a { }"), "chain a {\n}");
    assert.match(
      written.debug.join(),
      /^unshare --net sh -c 'nft -f - && nft -s list table inet t'\n {2}create table inet t; /,
    );
    for (const error of [new SystemError("unshare", EPERM), new NetnsError({ kind: "unsupported", tried: "" })])
      assert.equal(await spelledByNft(answering(() => Promise.reject(error)).kernel, at, ""), undefined);
    assert.equal(await spelledByNft(answering(() => ({ exitCode: 1 })).kernel, at, ""), undefined);
    const { kernel } = answering(() => Promise.reject(new TypeError("ours")));
    await assert.rejects(spelledByNft(kernel, at, ""), TypeError);
  });
});

describe("what the kernel shows", () => {
  it("is of a namespace by name or by path", () => {
    assert.equal(netnsPath("net0"), "/run/netns/net0");
    assert.equal(netnsPath("/proc/4242/ns/net"), "/proc/4242/ns/net");
    assert.equal(netnsWord("42"), "/run/netns/42");
    assert.equal(netnsWord(undefined), "/proc/thread-self/ns/net");
  });

  it("has a link by its name alone, not by another name that the kernel would take", async () => {
    const { kernel, netns } = setUp();
    netns.links.push(fakeLink({ index: 2, ifname: "eth0", propList: { altIfname: ["uplink0"] } }));
    assert.equal((await showLink(kernel, "x", "eth0"))?.ifindex, 2);
    assert.equal(await showLink(kernel, "x", "uplink0"), undefined);
    assert.deepEqual(
      (await showAddresses(kernel, "x", "uplink0"))?.map(({ ifname }) => ifname),
      ["eth0"],
    );
  });

  it("numbers the namespaces that have a name", async () => {
    const { host, kernel, netns } = setUp();
    for (const [name, number] of [["y", 0] as const, ["z", undefined] as const]) {
      host.netlink.add(`/run/netns/${name}`);
      if (number !== undefined) netns.numbers.set(`/run/netns/${name}`, number);
    }
    assert.deepEqual([...(await netnsNumbers(kernel, "x"))], [[0, "y"]]);
  });

  it("has sysctls in sysctl(8)'s slashes, with one blank between numbers", async () => {
    const { debug, kernel, netns } = setUp();
    netns.sysctls.set("net/ipv4/conf/eth0.100/x", "4096\t131072\t6291456\n");
    assert.equal(await readSysctl(kernel, "x", "net.ipv4.conf.eth0/100.x"), "4096 131072 6291456");
    assert.deepEqual(debug, ["nsenter --net=/run/netns/x sysctl net/ipv4/conf/eth0.100/x"]);
    assert.deepEqual(await listSysctls(kernel, "x"), ["net.ipv4.conf.eth0/100.x"]);
  });

  it("lacks no sysctl where all of /proc/sys is missing", async () => {
    const { host, kernel } = setUp();
    assert.equal(await readSysctl(kernel, undefined, "net.a"), undefined);
    host.facts.clear();
    await assert.rejects(readSysctl(kernel, undefined, "net.a"), /there is no \/proc\/sys\/net here/);
  });
});
