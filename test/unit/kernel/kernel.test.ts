import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { constants } from "node:os";
import fc from "fast-check";
import { NetnsError } from "../../../provider/errors";
import { delTable } from "../../../provider/kernel/nft";
import { ip, type Step } from "../../../provider/kernel/step";
import { whileSet, writeSysctl } from "../../../provider/kernel/sysctl";
import type { NftRan } from "../../../provider/netlink/libnftables";
import { NetlinkError } from "../../../provider/netlink/message";
import { texts } from "../../support/inputs/valueArbitraries";
import { type Answer, FakeHost, kernelOn } from "../../support/provider/fakeHost";
import { fakeLink } from "../../support/provider/fakeNetlink";

/** A host with devices a to e in the namespaces x and y, and in the provider's own. */
function setUp(answer?: (argv: readonly string[]) => Answer, signal = new AbortController().signal) {
  const host = new FakeHost(answer);
  for (const file of ["", "/run/netns/x", "/run/netns/y", "/proc/42/ns/net"]) {
    const { links, sysctls } = host.netlink.namespaces.get(file) ?? host.netlink.add(file);
    for (const [place, ifname] of ["a", "b", "c", "d", "e"].entries())
      links.push(fakeLink({ index: place + 2, ifname }));
    sysctls.set("net/a", "0").set("net/switch", "0");
  }
  const debug: string[] = [];
  return { host, debug, kernel: kernelOn(host, { signal, debug: (line) => debug.push(line) }) };
}

const up = (netns: string | undefined, name: string) => ip(netns, `set ${name} up`, ["link", "set", "dev", name, "up"]);
const named = (alias: string) => ip("x", "name it", ["link", "set", "dev", "a", "alias", alias]);
const nft = (netns: string): Step => ({ netns, argv: ["nft", "-f", "-"], stdin: "table\n", what: "set the rules" });
const offload = (netns: string): Step => ({ netns, argv: ["ethtool", "-K", "a"], what: "set the offloads" });

/** The devices that are changed, each with its namespace. */
const changed = ({ netlink }: FakeHost) => netlink.changes.map(({ netns = "", ifname }) => `${netns}: ${ifname}`);

describe("steps that are executed", () => {
  it("are done in their order, without a program where the kernel can be asked", async () => {
    const { host, kernel } = setUp();
    await kernel.execute([up("x", "a"), up("x", "b"), up("y", "c"), up("x", "d")], "pair");
    assert.deepEqual(changed(host), ["/run/netns/x: a", "/run/netns/x: b", "/run/netns/y: c", "/run/netns/x: d"]);
    assert.deepEqual(host.log, []);
  });

  it("are done in the provider's own namespace, or in the one of a path", async () => {
    const { host, kernel } = setUp();
    await kernel.execute([up(undefined, "a"), up("/proc/42/ns/net", "c")], "pair");
    assert.deepEqual(changed(host), [": a", "/proc/42/ns/net: c"]);
  });

  it("run a program in its namespace where it takes one", async () => {
    const { host, kernel } = setUp();
    await kernel.execute([up("x", "a"), offload("x"), up("x", "b")], "rules");
    assert.deepEqual(host.log, ["nsenter --net=/run/netns/x -- ethtool -K a"]);
    assert.equal(host.netlink.changes.length, 2);
  });

  it("give rules to the library of nft, as a file, and run no program", async () => {
    const { host, kernel } = setUp();
    const asked: unknown[] = [];
    host.netlink.answerNft = (place, commands) => void asked.push([place, commands]);
    await kernel.execute([nft("x"), delTable({ family: "inet", name: "t" })], "rules");
    assert.deepEqual(asked, [
      ["/run/netns/x", [{ text: "table\n", isFile: true }]],
      [undefined, [{ text: "delete table inet t", isStateless: false }]],
    ]);
    assert.deepEqual(host.log, []);
  });

  it("give each word to the kernel as it is", async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (alias) => {
        const { host, kernel } = setUp();
        await kernel.execute([named(alias)], "pair");
        assert.deepEqual(
          host.netlink.changes.map(({ ifalias }) => ifalias),
          [alias],
        );
      }),
    );
  });

  it("do nothing with a word that would end early for the kernel", async () => {
    const { host, kernel } = setUp();
    await assert.rejects(kernel.execute([named("a\0b")], "pair"), /NUL/);
    assert.deepEqual(host.netlink.changes, []);
  });

  it("that want a setting at 1 find it so, and leave it at 0, also when they fail", async () => {
    for (const device of ["a", "none"]) {
      const { host, kernel } = setUp();
      const done = kernel.execute([whileSet("net.switch", up("x", device))], "pair");
      await (device === "a" ? done : assert.rejects(done, { kind: "notFound" }));
      const switched = host.netlink.changes.map(({ sysctl, value }) => (sysctl ? value : "done"));
      assert.deepEqual(switched, device === "a" ? ["1", "done", "0"] : ["1", "0"]);
    }
  });

  it("are not begun after one that failed", async () => {
    const { host, kernel } = setUp();
    await assert.rejects(kernel.execute([up("x", "a"), up("y", "none"), up("x", "c")], "pair"));
    assert.equal(host.netlink.changes.length, 1);
  });

  it("are not begun after a Cancel or a deadline", async () => {
    const late = AbortSignal.abort(Object.assign(new Error(), { name: "TimeoutError" }));
    for (const [signal, kind] of [[AbortSignal.abort(), "cancelled"] as const, [late, "timeout"] as const]) {
      const { host, kernel } = setUp(undefined, signal);
      await assert.rejects(kernel.execute([up("x", "a")], "pair"), { kind, message: /^pair: could not set a up\n/ });
      assert.deepEqual(host.touched, []);
    }
  });

  it("are done under another signal where something has to be put back", async () => {
    const { host, kernel } = setUp(undefined, AbortSignal.abort());
    await kernel.under(new AbortController().signal).execute([up("x", "a")], "pair");
    assert.equal(host.netlink.changes.length, 1);
  });

  it("are none: nothing is done", async () => {
    const { host, kernel } = setUp();
    await kernel.execute([], "pair");
    assert.deepEqual(host.touched, []);
  });

  it("are told before they are done, as people would type them", async () => {
    const { debug, kernel } = setUp();
    await kernel.execute([up("x", "a"), nft("x"), writeSysctl(undefined, "net.a", "1 2")], "s");
    assert.deepEqual(debug, [
      "nsenter --net=/run/netns/x ip link set dev a up",
      "nsenter --net=/run/netns/x nft -f -\n  table",
      "sysctl -w 'net/a=1 2'",
    ]);
  });
});

describe("a step of several commands", () => {
  it("is told in one line, and in an error as well", async () => {
    const { debug, host, kernel } = setUp();
    const batch = ["del", "add"].map((verb) => ["rule", verb, "priority", "5", "iif", "it's"]);
    const step: Step = { ...ip("x", "change the rules", ["-4", "-batch", "-"]), batch };
    await kernel.execute([step], "s");
    const [line = "", ...more] = debug;
    assert.deepEqual(more, []);
    assert.doesNotMatch(line, /\n/);
    const shell = ["-c", line.replace(/ \| nsenter .*/, "")];
    assert.equal(execFileSync("sh", shell, { encoding: "utf8" }), typed("del") + typed("add"));
    host.netlink.beforeChange = () => {
      throw new NetlinkError(constants.errno.EBUSY);
    };
    await assert.rejects(kernel.execute([step], "s"), (error: Error) => error.message.split("\n").length === 3);
  });

  /** As `ip -batch` reads it. */
  const typed = (verb: string) => `rule ${verb} priority 5 iif 'it'\\''s'\n`;
});

describe("a step that the kernel refuses", () => {
  function refusing(error: Error) {
    const { host, kernel } = setUp();
    host.netlink.beforeChange = () => {
      throw error;
    };
    return { host, kernel };
  }
  const { EBUSY, EINVAL } = constants.errno;

  it("is told with what was tried, the command that means the same, what the kernel said, and what to do", async () => {
    const { kernel } = refusing(new NetlinkError(EBUSY));
    await assert.rejects(kernel.execute([up("x", "a")], "VethPair x/a"), {
      kind: "busy",
      message: [
        "VethPair x/a: could not set a up",
        "  nsenter --net=/run/netns/x ip link set dev a up → EBUSY: Device or resource busy",
        "  Find what holds it (`ip netns pids`, `ip -d link`), end that, and run `pulumi up` again.",
      ].join("\n"),
    });
  });

  it("is told in the kernel's own words where it has some, with the attribute, and at its property", async () => {
    const { kernel } = refusing(new NetlinkError(EINVAL, "mtu greater than device maximum", "IFLA_MTU"));
    const step = ip(undefined, "set the mtu", ["link", "set", "dev", "a", "mtu", "70000"], ["mtu"]);
    await assert.rejects(kernel.execute([step], "it"), (error: Error & { parts: { at: unknown } }) => {
      assert.equal(
        error.message,
        "it: could not set the mtu\n" +
          "  ip link set dev a mtu 70000 → EINVAL: mtu greater than device maximum, at IFLA_MTU",
      );
      assert.deepEqual(error.parts.at, ["mtu"]);
      return true;
    });
  });

  it("says of what it names that it is not there", async () => {
    const { kernel } = setUp();
    await assert.rejects(kernel.execute([up("x", "none")], "pair"), {
      kind: "notFound",
      message: /^pair: .*\n {2}nsenter \S+ ip link set dev none up → ENODEV: Cannot find device "none"\n/,
    });
    await assert.rejects(kernel.execute([up("gone", "a")], "pair"), {
      kind: "notFound",
      message: /^pair: .*\n {2}nsenter --net=\/run\/netns\/gone ip link set dev a up → ENOENT: /,
    });
  });

  it("is no refusal where it is our own fault", async () => {
    const { kernel } = refusing(new TypeError("we are wrong"));
    await assert.rejects(kernel.execute([up("x", "a")], "pair"), TypeError);
  });
});

describe("nft's library, or a program, that fails", () => {
  const failing = (answer: Answer) => {
    const { host, kernel } = setUp(() => ({ exitCode: 1, ...answer }));
    host.netlink.answerNft = () => ({ exitCode: 1, ...answer }) as Partial<NftRan>;
    return kernel;
  };

  it("is told with what was tried, the command, what it said, and what to do", async () => {
    const kernel = failing({ stderr: "/dev/stdin:1:19-21: Error: Could not process rule: Operation not permitted\n" });
    await assert.rejects(kernel.execute([nft("x")], "Firewall x"), {
      kind: "permission",
      message: new RegExp(
        "^Firewall x: could not set the rules\n" +
          "  nsenter --net=/run/netns/x nft -f - → exit 1: .* not permitted\n  The provider has root's capabilities",
      ),
    });
  });

  it("is printed so that it can be typed again", async () => {
    const step: Step = { argv: ["ethtool", "-K", "1 2", "it's"], what: "set the value" };
    await assert.rejects(failing({ stderr: "a\nb\n" }).execute([step], "s"), {
      message: "s: could not set the value\n  ethtool -K '1 2' 'it'\\''s' → exit 1: a; b",
    });
  });

  it("without a word says how it ended", async () => {
    const step: Step = { argv: ["nft", "-f", "-"], what: "set the rules" };
    await assert.rejects(failing({}).execute([step], "s"), {
      message: "s: could not set the rules\n  nft -f - → exit 1",
    });
    await assert.rejects(failing({ exitCode: undefined, failure: "killed" }).execute([step], "s"), {
      message:
        "s: could not set the rules\n  nft -f - → killed\n  Something killed it (out of memory?): run `pulumi up` again.",
    });
    const stderr = "nft's library ended with signal SIGABRT\nnft: src/x.c:1: f: Assertion `0' failed.";
    await assert.rejects(failing({ exitCode: undefined, failure: "killed", stderr }).execute([step], "s"), {
      message:
        "s: could not set the rules\n  nft -f - → killed: nft's library ended with signal SIGABRT; " +
        "nft: src/x.c:1: f: Assertion `0' failed.\n  nft's own library fails at this, and `nft` would, too: " +
        "write `rules` in another way, or install another version of nftables.",
    });
  });

  it("or cannot be asked, as where there is no such namespace, says so as the kernel does", async () => {
    const { kernel } = setUp();
    await assert.rejects(kernel.execute([nft("gone")], "s"), {
      kind: "notFound",
      message: /^s: could not set the rules\n {2}nsenter --net=\/run\/netns\/gone nft -f - → ENOENT: No such file/,
    });
  });

  it("or is not there, says so with what was tried, and names the property", async () => {
    const { host, kernel } = setUp();
    host.netlink.answerNft = () => Promise.reject(new NetnsError({ kind: "unsupported", tried: "load", todo: "Do." }));
    await assert.rejects(kernel.execute([nft("x")], "s"), { message: "s: could not set the rules\n  Do." });
  });
});
