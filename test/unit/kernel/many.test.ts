import assert from "node:assert/strict";
import { Kernel } from "../../../provider/kernel/kernel";
import { executeAll, showAll } from "../../../provider/kernel/many";
import { addNetns } from "../../../provider/kernel/netns";
import { ip } from "../../../provider/kernel/step";
import { writeSysctl } from "../../../provider/kernel/sysctl";
import { FakeNetns } from "../../support/fakeNetns";

const up = (netns: string | undefined, name: string) => ip(netns, `set ${name} up`, ["link", "set", "dev", name, "up"]);
const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

function bench(...namespaces: string[]) {
  const host = new FakeNetns(...namespaces);
  const debug: string[] = [];
  const { signal } = new AbortController();
  return { host, debug, kernel: new Kernel({ host, signal, debug: (line) => debug.push(line) }) };
}

describe("a look into many namespaces", () => {
  it("answers what each shows, without rows that are no device", async () => {
    const { host, kernel } = bench("x", "y");
    host.devices.set("y", [{ ifname: "lo" }, {}, { ifname: "eth0" }]);
    assert.deepEqual([...(await showAll(kernel, ["x", "y"]))].sort(), [
      ["x", []],
      ["y", [{ ifname: "lo" }, { ifname: "eth0" }]],
    ]);
  });

  it("leaves out those that are gone, wherever they stand, and no other", async () => {
    for (const gone of [[0], [6], [3], [3, 4], [0, 2, 4, 6], [0, 1, 2, 3, 4, 5, 6]]) {
      const { host, kernel } = bench(...names(7));
      for (const index of gone) host.devices.delete(`n${index}`);
      const left = names(7).filter((_, index) => !gone.includes(index));
      assert.deepEqual([...(await showAll(kernel, names(7))).keys()].sort(), left);
    }
  });

  it("takes a namespace for gone only when it is said to be", async () => {
    for (const stderr of ["", "nsenter: Operation not permitted", "ip: Out of memory"]) {
      const { host, kernel } = bench("x", "y", "z");
      host.fails = (netns) => (netns === "y" ? stderr : undefined);
      await assert.rejects(showAll(kernel, ["x", "y", "z"]), /^NetnsError: namespace y: could not look into it\n/);
    }
  });

  it("takes an `ip` that prints nothing, or no list, for no answer", async () => {
    for (const printed of ["", "null", "{}", "[", "7", "1: lo: <LOOPBACK>"]) {
      const { host, kernel } = bench("x", "y");
      host.prints = (netns) => (netns === "y" ? printed : undefined);
      await assert.rejects(showAll(kernel, ["x", "y"]), { kind: "unsupported" }, printed);
    }
  });

  it("tells why it ended in the middle of a line, and not that the line is none", async () => {
    const { host, kernel } = bench("x", "y");
    host.prints = (netns) => (netns === "y" ? '[{"ifname":"l' : undefined);
    host.fails = (netns, line) => (netns === "y" && line === "addr show" ? "" : undefined);
    host.failure = "aborted";
    await assert.rejects(showAll(kernel, ["x", "y"]), { kind: "cancelled" });
  });

  it("is none where there are none", async () => {
    const { host, kernel } = bench();
    assert.equal((await showAll(kernel, [])).size, 0);
    assert.deepEqual(host.argvs, []);
  });
});

describe("steps of many things", () => {
  it("answer what their namespaces show after the last of them", async () => {
    const { host, kernel } = bench("y", "z");
    const shown = await executeAll(kernel, [addNetns("x", "m:0"), up("x", "a"), up("y", "b")], "lab");
    assert.deepEqual(Object.fromEntries(shown), { x: [{ ifname: "a" }], y: [{ ifname: "b" }] });
    assert.deepEqual(host.worked, ["x: link set dev a up", "y: link set dev b up"]);
  });

  it("do not answer what was shown before another program has worked there, or ours in the end", async () => {
    const { kernel } = bench("x");
    const setting = writeSysctl("x", "net.ipv4.ip_forward", "1");
    assert.deepEqual([...(await executeAll(kernel, [up("x", "a"), setting], "lab")).keys()], []);
    assert.deepEqual([...(await executeAll(kernel, [up(undefined, "a")], "lab")).keys()], []);
  });

  it("are told as people would type them", async () => {
    const { debug, kernel } = bench();
    await executeAll(kernel, [addNetns("x", "m:0"), up("x", "a")], "lab");
    assert.deepEqual(debug, [
      `unshare --net sh -c 'ip link set dev lo alias "$1" && exec ip netns attach "$0" $$' x m:0\n  link set dev a up\n  addr show`,
    ]);
  });

  it("are named when they fail, each with its thing", async () => {
    const steps = names(9).flatMap((name) => [addNetns(name, "m:0"), up(name, "a"), up(name, "b")]);
    const { host, kernel } = bench();
    host.fails = (netns, line) =>
      netns === "n4" && line === "link set dev b up" ? "RTNETLINK answers: No" : undefined;
    await assert.rejects(
      executeAll(kernel, steps, ({ netns, what }) => `${netns}'s (${what})`),
      /^NetnsError: n4's \(set b up\): could not set b up\n {2}nsenter --net=\/run\/netns\/n4 ip link set dev b up → exit 1: RTNETLINK answers: No/,
    );
  });

  it("are named by the making of their namespace where that failed", async () => {
    for (const line of ["link set dev lo alias m:0", "netns attach x"]) {
      const { host, kernel } = bench();
      host.fails = (netns, text) => (netns === "x" && text.startsWith(line) ? "File exists" : undefined);
      const failed = executeAll(kernel, [addNetns("x", "m:0"), up("x", "a")], "lab");
      await assert.rejects(failed, { kind: "exists", message: /^lab: could not make the namespace\n/ });
    }
  });

  it("are told to have been done where only the look after them failed", async () => {
    const { host, kernel } = bench("x");
    host.fails = (_, line) => (line === "addr show" ? "Out of memory" : undefined);
    await assert.rejects(executeAll(kernel, [up("x", "a")], "lab"), /lab: could not look into it/);
  });

  it("of a wave are not begun after one before that failed", async () => {
    const { host, kernel } = bench("x");
    host.fails = (netns) => (netns === "x" ? "no" : undefined);
    await assert.rejects(executeAll(kernel, [up("x", "a"), { ...up(undefined, "b"), takesAway: "y" }], "lab"));
    assert.equal(host.argvs.length, 1);
  });
});
