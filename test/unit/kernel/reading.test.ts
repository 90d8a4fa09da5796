import assert from "node:assert/strict";
import { showAddresses } from "../../../provider/kernel/address";
import { Kernel } from "../../../provider/kernel/kernel";
import { netnsNumbers, showLink } from "../../../provider/kernel/link";
import { netnsPath, netnsWord } from "../../../provider/kernel/netnsPath";
import { listSysctls, readSysctl } from "../../../provider/kernel/sysctl";
import { type Answer, FakeHost } from "../../support/fakeHost";

function bench(answer: Answer, signal = new AbortController().signal) {
  const host = new FakeHost(() => answer);
  const debug: string[] = [];
  return { host, debug, kernel: new Kernel({ host, signal, debug: (line) => debug.push(line) }) };
}

describe("asking the kernel", () => {
  it("gives the rows that `ip -j` prints", async () => {
    const { host, kernel } = bench({ stdout: '[{"ifname":"lo"}]\n' });
    assert.deepEqual(await kernel.show("x", ["link", "show"]), [{ ifname: "lo" }]);
    assert.deepEqual(host.argvs, [["nsenter", "--net=/run/netns/x", "--", "ip", "-j", "link", "show"]]);
  });

  it("takes no rows from an empty list alone: to print nothing, or no list, is no answer", async () => {
    assert.deepEqual(await bench({ stdout: "[]\n" }).kernel.show("x", ["link"]), []);
    for (const stdout of ["", "\n", "null", "{}", "7", '[{"ifname":']) {
      await assert.rejects(bench({ stdout }).kernel.show("x", ["link"]), { kind: "unsupported" }, stdout);
    }
  });

  it("does not take a device for gone that `ip` neither shows nor says to be missing", async () => {
    for (const stdout of ["[]", "[{}]", "[{},{}]"]) {
      const { kernel } = bench({ stdout });
      await assert.rejects(showLink(kernel, "x", "eth0"), /could not tell whether the device eth0 is there/);
      await assert.rejects(showAddresses(kernel, "x", "eth0"), /could not tell whether the device eth0 is there/);
      assert.deepEqual(await showAddresses(kernel, "x"), []);
    }
  });

  it("does not take a sysctl for gone where all of /proc/sys is", async () => {
    const { host, kernel } = bench({
      exitCode: 1,
      stderr: "sysctl: cannot stat /proc/sys/net/a: No such file or directory",
    });
    assert.equal(await readSysctl(kernel, undefined, "net.a"), undefined);
    host.facts.clear();
    await assert.rejects(readSysctl(kernel, undefined, "net.a"), /there is no \/proc\/sys\/net here/);
  });

  it("gives undefined for what is not there, be it the device or its namespace", async () => {
    const sayings = [
      'Device "a" does not exist.',
      "nsenter: cannot open /run/netns/x: No such file or directory",
      "nsenter: reassociate to namespace 'ns/net' failed: Invalid argument",
    ];
    for (const stderr of sayings) {
      assert.equal(await bench({ exitCode: 1, stderr }).kernel.show("x", ["link"]), undefined);
    }
  });

  it("says so of an `ip` that is too old for JSON", async () => {
    const { kernel } = bench({ stdout: "1: lo: <LOOPBACK,UP>" });
    await assert.rejects(kernel.show("x", ["link", "show"]), {
      kind: "unsupported",
      message: [
        "could not read what `ip -j link show` printed",
        "  1: lo: <LOOPBACK,UP>",
        "  That is no list in JSON. The netns provider needs an iproute2 that has `ip -j` and `ip netns attach` (`type ip` and `ip -V` say which is here).",
      ].join("\n"),
    });
  });

  it("says what was asked for, and where, when it fails", async () => {
    const { kernel } = bench({ exitCode: 1, stderr: "Operation not permitted" });
    await assert.rejects(kernel.ask("x", ["sysctl", "-n", "a"], "read sysctl a"), (error: Error) => {
      assert.match(
        error.message,
        /^could not read sysctl a in namespace x\n {2}nsenter --net=\S+ sysctl -n a → exit 1: /,
      );
      return true;
    });
  });

  it("never takes a Cancel or a deadline for an answer", async () => {
    const cancelled = bench({ exitCode: undefined, failure: "aborted" }, AbortSignal.abort());
    await assert.rejects(cancelled.kernel.show("x", ["link"]), { kind: "cancelled" });
    const late = AbortSignal.abort(Object.assign(new Error(), { name: "TimeoutError" }));
    await assert.rejects(bench({ exitCode: undefined, failure: "aborted" }, late).kernel.show("x", ["link"]), {
      kind: "timeout",
    });
  });

  it("never takes a missing tool for a missing thing", async () => {
    const stderr = "nsenter: failed to execute ip: No such file or directory";
    await assert.rejects(bench({ exitCode: 127, stderr }).kernel.show("x", ["link"]), { kind: "unsupported" });
  });

  it("tells each command before it runs", async () => {
    const { debug, host, kernel } = bench({ stdout: "[]" });
    await kernel.show("x", ["link"]);
    await kernel.execute(
      [
        { argv: ["ip", "a"], what: "a" },
        { argv: ["ip", "b"], what: "b" },
      ],
      "s",
    );
    assert.deepEqual(debug, ["nsenter --net=/run/netns/x ip -j link", "ip -batch -\n  a\n  b"]);
    assert.equal(host.argvs.length, 2);
  });

  it("goes on under another signal where something has to be put back", async () => {
    const seen: AbortSignal[] = [];
    const host = new FakeHost((_, { signal }) => void seen.push(signal));
    const [first, second] = [new AbortController().signal, new AbortController().signal];
    const kernel = new Kernel({ host, signal: first, debug: () => {} });
    await kernel.execute([{ argv: ["ip", "a"], what: "a" }], "s");
    await kernel.under(second).execute([{ argv: ["ip", "b"], what: "b" }], "s");
    assert.deepEqual([seen[0] === first, seen[1] === second, kernel.signal === first], [true, true, true]);
  });
});

describe("the words of the kernel's tools", () => {
  it("lead to a namespace by name or by path", () => {
    assert.equal(netnsPath("net0"), "/run/netns/net0");
    assert.equal(netnsPath("/proc/4242/ns/net"), "/proc/4242/ns/net");
    assert.equal(netnsWord("42"), "/run/netns/42");
    assert.equal(netnsWord(undefined), "/proc/self/ns/net");
  });

  it("find a link by its name alone, not by another name that `ip` would take", async () => {
    const { kernel } = bench({ stdout: '[{},{"ifname":"eth0","ifindex":2}]' });
    assert.deepEqual(await showLink(kernel, "x", "eth0"), { ifname: "eth0", ifindex: 2 });
    assert.equal(await showLink(kernel, "x", "altname0"), undefined);
    assert.deepEqual(
      (await showAddresses(kernel, "x"))?.map(({ ifname }) => ifname),
      ["eth0"],
    );
  });

  it("number the namespaces, with a name or without", async () => {
    const { kernel } = bench({ stdout: '[{"nsid":0,"name":"x"},{"nsid":1}]' });
    assert.deepEqual(
      [...(await netnsNumbers(kernel, "x"))],
      [
        [0, "x"],
        [1, undefined],
      ],
    );
  });

  it("read a sysctl in sysctl(8)'s slashes, with one blank between its numbers", async () => {
    const { host, kernel } = bench({ stdout: "net.ipv4.conf.eth0/100.x = 4096\t131072\t6291456\n" });
    assert.equal(await readSysctl(kernel, undefined, "net.ipv4.conf.eth0/100.x"), "4096 131072 6291456");
    assert.deepEqual(host.log, ["sysctl net/ipv4/conf/eth0.100/x"]);
  });

  it("list the sysctls below net. and no others", async () => {
    const { kernel } = bench({ stdout: "net.ipv4.a\nkernel.b\nnet.core.c\n" });
    assert.deepEqual(await listSysctls(kernel, "x"), ["net.ipv4.a", "net.core.c"]);
  });
});
