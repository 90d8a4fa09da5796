import assert from "node:assert/strict";
import { PartialError } from "../../../provider/errors";
import type { State } from "../../../provider/lifecycle/state";
import { FakeLab } from "./fakeLab";

const NET = { name: "net0", loopbackUp: true };
const DOWN = { ...NET, loopbackUp: false };
const FORWARD = { namespace: "x", key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: true };

describe("the life of a resource", () => {
  let lab: FakeLab;
  let made: State;
  const resource = () => lab.resource("Namespace", "a");
  beforeEach(async () => {
    lab = new FakeLab();
    made = (await lab.lifecycle.create(resource(), NET)).state;
    lab.log.length = 0;
  });

  describe("when it is read", () => {
    it("settles the intent, for the engine has it in its state", async () => {
      const found = await lab.lifecycle.refresh(resource(), "net0", NET, made);
      assert.deepEqual(found, { id: "net0", inputs: NET, state: made });
      assert.deepEqual([lab.files.size, lab.changes], [0, []]);
    });

    it("leaves the intent of a later run that has another mark", async () => {
      const state = { ...made, __mark: "pulumi:lab/dev/a:0123" };
      assert.equal(await lab.lifecycle.refresh(resource(), "net0", NET, state), undefined);
      assert.equal(lab.files.size, 1);
    });

    it("leaves the intent of a later run also where the thing itself bears no mark", async () => {
      lab.add("x");
      const setting = lab.resource("Sysctl", "f");
      const { id, state } = await lab.lifecycle.create(setting, FORWARD);
      const before = lab.files.size;
      assert.ok(await lab.lifecycle.refresh(setting, id, FORWARD, { ...state, __mark: "pulumi:lab/dev/f:0123" }));
      assert.equal(lab.files.size, before);
      assert.ok(await lab.lifecycle.refresh(setting, id, FORWARD, state));
      assert.equal(lab.files.size, before - 1);
    });

    it("gives the inputs as the kernel shows them", async () => {
      await lab.lifecycle.update(resource(), "net0", DOWN, NET, made);
      const found = await lab.lifecycle.refresh(resource(), "net0", NET, made);
      assert.deepEqual([found?.inputs, found?.state.loopbackUp], [DOWN, false]);
    });

    it("is gone when it is gone, or when another thing is in its place", async () => {
      lab.del("net0");
      assert.equal(await lab.lifecycle.refresh(resource(), "net0", NET, made), undefined);
      lab.add("net0");
      assert.equal(await lab.lifecycle.refresh(resource(), "net0", NET, made), undefined);
    });

    it("is not gone when the host cannot be asked", async () => {
      lab.fails = () => true;
      await assert.rejects(lab.lifecycle.refresh(resource(), "net0", NET, made), { kind: "kernel" });
    });

    it("needs no rights where the host tells", async () => {
      lab.rights = ["CAP_NET_ADMIN"];
      assert.ok(await lab.lifecycle.refresh(resource(), "net0", NET, made));
    });

    it("is not gone for who may not look, who is told why once", async () => {
      lab.rights = ["CAP_SYS_ADMIN"];
      lab.del("net0");
      await assert.rejects(lab.lifecycle.refresh(resource(), "net0", NET, made), {
        kind: "permission",
        message: /may not look into the host's network namespaces\n.*lacks CAP_SYS_ADMIN\n.* set NETNS_OFFLINE=true\.$/,
      });
      const import_ = lab.lifecycle.import(lab.resource("Namespace", "b"), "net1", true);
      await assert.rejects(import_, { message: /net1: not tried, because rights are missing \(see .* net0\)/ });
    });
  });

  describe("when it is updated", () => {
    it("runs only what differs", async () => {
      const now = await lab.lifecycle.update(resource(), "net0", DOWN, NET, made);
      assert.deepEqual(now, { ...made, loopbackUp: false });
      assert.deepEqual(lab.changes, ["nsenter --net=/run/netns/net0 ip link set dev lo down"]);
    });

    it("is refused when another thing is in its place, and runs nothing", async () => {
      lab.add("net0");
      await assert.rejects(lab.lifecycle.update(resource(), "net0", DOWN, NET, made), {
        kind: "notFound",
        message: [
          "netns:index:Namespace net0: it cannot be updated, because it is gone, or something else is in its place",
          "  Run `pulumi up` again: it sees what is gone and makes it again.",
        ].join("\n"),
      });
      assert.deepEqual(lab.changes, []);
    });

    it("is as before when it fails", async () => {
      lab.fails = (command) => command.endsWith("lo down");
      await assert.rejects(lab.lifecycle.update(resource(), "net0", DOWN, NET, made), /could not set lo down/);
      assert.equal(lab.netns.get("net0")?.up, true);
    });

    it("says what there is, with the old inputs, when it fails and cannot be put back", async () => {
      lab.add("x");
      const settingOf = () => lab.resource("Sysctl", "f");
      const set = await lab.lifecycle.create(settingOf(), FORWARD);
      const want = { ...FORWARD, value: "0x20", restoreOnDelete: false };
      lab.fails = (command) => command.endsWith("ip_forward=1");
      await assert.rejects(lab.lifecycle.update(settingOf(), set.id, want, FORWARD, set.state), (error) => {
        assert.ok(error instanceof PartialError);
        assert.deepEqual(error.state, { ...set.state, value: "32" });
        return true;
      });
    });
  });

  describe("when it is deleted", () => {
    const remove = () => lab.lifecycle.delete(resource(), "net0", made);

    it("is gone, with its intent", async () => {
      await remove();
      assert.deepEqual([lab.netns.size, lab.files.size, lab.warnings], [0, 0, []]);
    });

    it("may be gone already, or go in that moment", async () => {
      lab.del("net0");
      await remove();
      assert.deepEqual([lab.changes, lab.files.size], [[], 0]);
    });

    it("stays when it is another thing by now, and says so", async () => {
      lab.add("net0", "uplink");
      await remove();
      assert.deepEqual(lab.changes, []);
      assert.deepEqual(lab.warnings, [
        "netns:index:Namespace net0 is gone; the namespace net0 (marked uplink) is in its place, is not this stack's, and was left alone.",
      ]);
    });

    it("keeps its intent when the kernel refuses", async () => {
      lab.fails = (command) => command.includes("netns del");
      await assert.rejects(remove(), /could not remove the namespace/);
      assert.equal(lab.files.size, 1);
    });

    it("is not tried without the rights", async () => {
      lab.rights = ["CAP_SYS_ADMIN"];
      await assert.rejects(remove(), { kind: "permission" });
      assert.deepEqual(lab.log, []);
    });
  });

  it("has no intent left after the orderly end of a run", async () => {
    await lab.end();
    assert.equal(lab.files.size, 0);
    const next = lab.next();
    await assert.rejects(next.lifecycle.create(next.resource("Namespace", "a"), NET), { kind: "exists" });
  });
});

describe("an import", () => {
  const lab = new FakeLab();
  const found = (type: string, id: string) => lab.lifecycle.import(lab.resource(type, "i"), id, true);
  before(() => lab.add("x"));

  it("of what is not there finds nothing", async () => {
    assert.equal(await found("Namespace", "none"), undefined);
    assert.equal(await found("Sysctl", "none:net.ipv4.ip_forward"), undefined);
  });

  it("of what is no id says what its ids are like", async () => {
    await assert.rejects(found("Namespace", "a/b"), {
      kind: "user",
      message: "netns:index:Namespace: `a/b` is not an id of this kind\n  Its ids have the form NAME.",
    });
  });

  it("takes nobody's mark for its own and leaves no intent", async () => {
    const seen = await found("Namespace", "x");
    const { __place, ...state } = seen?.state ?? {};
    assert.deepEqual(state, { name: "x", loopbackUp: false, path: "/run/netns/x", inode: 101 });
    assert.equal(__place, "101@1 1 ");
    assert.deepEqual([lab.files.size, lab.changes], [0, []]);
  });

  it("of a setting has the value of now as the one to put back", async () => {
    assert.equal((await found("Sysctl", "x:net.ipv4.ip_forward"))?.state.previousValue, "0");
  });
});
