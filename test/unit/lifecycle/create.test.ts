import assert from "node:assert/strict";
import { PartialError } from "../../../provider/errors";
import { FakeLab } from "./fakeLab";

const NET = { name: "net0", loopbackUp: true };
const FORWARD = { namespace: "x", key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: true };

describe("a create", () => {
  let lab: FakeLab;
  beforeEach(() => {
    lab = new FakeLab();
  });
  const create = (on: FakeLab, name = "a", inputs = NET) => on.lifecycle.create(on.resource("Namespace", name), inputs);

  it("writes its intent before the first command that changes anything, and keeps it when it answers", async () => {
    const { state } = await create(lab);
    const written = lab.log.findIndex((line) => line.startsWith("write "));
    const changed = lab.log.indexOf(lab.changes[0] as string);
    assert.ok(written >= 0 && written < changed, lab.log.join("\n"));
    const [text = ""] = lab.files.values();
    assert.equal(JSON.parse(text).mark, state.__mark);
    assert.equal(lab.netns.get("net0")?.alias, state.__mark);
  });

  it("that is refused leaves no intent and runs nothing", async () => {
    lab.add("net0");
    await assert.rejects(create(lab), { kind: "exists" });
    assert.deepEqual([lab.changes, lab.files.size], [[], 0]);
  });

  it("goes on with what a dead run of the same resource made, under its mark", async () => {
    lab.dies = (command) => command.includes("set dev lo up");
    await assert.rejects(create(lab));
    const again = lab.next();
    const { state } = await create(again);
    assert.deepEqual(again.changes, ["nsenter --net=/run/netns/net0 ip link set dev lo up"]);
    assert.equal(again.netns.get("net0")?.alias, state.__mark);
  });

  it("never takes over what a dead run of another resource made", async () => {
    lab.dies = (command) => command.includes("set dev lo up");
    await assert.rejects(create(lab, "a"));
    const other = lab.next();
    await assert.rejects(create(other, "b"), { kind: "exists" });
    assert.deepEqual(other.changes, []);
  });

  it("never takes over the thing that somebody else made where a dead run was about to", async () => {
    lab.dies = (command) => command.startsWith("ip netns add");
    await assert.rejects(create(lab));
    for (const alias of [undefined, "uplink", "pulumi:lab/dev/a:0123"]) {
      const next = lab.next();
      next.add("net0", alias);
      await assert.rejects(create(next), { kind: "exists" });
      assert.deepEqual(next.changes, []);
    }
  });

  it("takes no broken record for an intent", async () => {
    await create(lab);
    for (const path of lab.files.keys()) lab.files.set(path, "{");
    await assert.rejects(create(lab.next()), { kind: "exists" });
  });

  it("clears away what a dead run made under another id", async () => {
    await create(lab, "a", { ...NET, name: "old" });
    const next = lab.next();
    await create(next, "a", NET);
    assert.deepEqual([[...next.netns.keys()], next.files.size], [["net0"], 1]);
  });

  it("leaves alone what somebody else put in that one's place", async () => {
    await create(lab, "a", { ...NET, name: "old" });
    lab.del("old");
    lab.add("old");
    const next = lab.next();
    await create(next, "a", NET);
    assert.deepEqual([...next.netns.keys()], ["old", "net0"]);
  });

  it("that loses a race to somebody else leaves their thing and its own intent not", async () => {
    lab.fails = (command) => {
      if (command.startsWith("ip netns add")) lab.add("net0");
      return false;
    };
    await assert.rejects(create(lab), /it already exists.*\n.*File exists/);
    assert.deepEqual([[...lab.netns.keys()], lab.files.size], [["net0"], 0]);
  });

  it("that fails half way leaves nothing", async () => {
    lab.fails = (command) => command.includes("set dev lo up");
    await assert.rejects(create(lab), { message: /could not set lo up\n.*refused by the test/ });
    assert.deepEqual([lab.netns.size, lab.files.size], [0, 0]);
  });

  it("that fails half way and cannot be undone says what exists, and keeps its intent", async () => {
    lab.fails = (command) => /set dev lo up|netns del/.test(command);
    await assert.rejects(create(lab), (error) => {
      assert.ok(error instanceof PartialError);
      const { __mark, __place, ...state } = error.state as Record<string, unknown>;
      assert.deepEqual(state, { name: "net0", loopbackUp: false, path: "/run/netns/net0", inode: 101 });
      assert.match(__place as string, /^101@1 1 pulumi:/);
      assert.deepEqual([error.id, lab.netns.get("net0")?.alias], ["net0", __mark]);
      assert.match(error.reasons[0] ?? "", /could not set lo up/);
      assert.match(error.reasons[1] ?? "", /^Undoing it failed: .*could not remove the namespace/);
      return true;
    });
    assert.equal(lab.files.size, 1);
  });

  it("is undone after a Cancel as well", async () => {
    const stop = new AbortController();
    lab.fails = (command) => {
      if (command.includes("set dev lo up")) stop.abort();
      return false;
    };
    // The signal is looked at before the command, so this one is still done, and the next look is not.
    await assert.rejects(lab.lifecycle.create(lab.resource("Namespace", "a", stop.signal), NET), { kind: "cancelled" });
    assert.deepEqual([lab.netns.size, lab.files.size], [0, 0]);
  });

  it("without the rights tells the whole story once, and the others refer to it", async () => {
    lab.rights = ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"];
    await assert.rejects(create(lab, "a"), {
      kind: "permission",
      message:
        /may not change the host's network namespaces\n {2}the provider's process lacks CAP_NET_ADMIN and CAP_SYS_ADMIN\n/,
    });
    await assert.rejects(create(lab, "b", { ...NET, name: "net1" }), {
      kind: "permission",
      message: "netns:index:Namespace net1: not tried, because rights are missing (see netns:index:Namespace net0)",
    });
    assert.deepEqual(lab.log, []);
  });
});

describe("a create of a setting", () => {
  it("remembers what it found, also over a run that died", async () => {
    const lab = new FakeLab();
    lab.add("x");
    await lab.lifecycle.create(lab.resource("Sysctl", "f"), FORWARD);
    const next = lab.next();
    const { state } = await next.lifecycle.create(next.resource("Sysctl", "f"), FORWARD);
    assert.deepEqual([state.previousValue, next.changes], ["0", []]);
  });

  it("puts back what it found when the kernel reads the value otherwise", async () => {
    const lab = new FakeLab();
    lab.add("x");
    await assert.rejects(lab.lifecycle.create(lab.resource("Sysctl", "f"), { ...FORWARD, value: "0x20" }), {
      message: [
        "netns:index:Sysctl x:net.ipv4.ip_forward: the kernel did not take value = 0x20",
        "  it shows 32",
        "  Give a value within the kernel's limits, in the form in which the kernel shows it.",
      ].join("\n"),
    });
    assert.deepEqual([lab.netns.get("x")?.sysctls.get("net/ipv4/ip_forward"), lab.files.size], ["0", 0]);
  });

  it("of what is not there says what to do, and runs nothing", async () => {
    const lab = new FakeLab();
    lab.add("x");
    await assert.rejects(lab.lifecycle.create(lab.resource("Sysctl", "f"), { ...FORWARD, key: "net.none" }), {
      kind: "notFound",
    });
    assert.deepEqual([lab.changes, lab.files.size], [[], 0]);
  });
});
