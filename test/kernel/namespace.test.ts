import assert from "node:assert/strict";
import { LabHost } from "../support/labHost/labHost";
import { TestProvider } from "../support/provider/testProvider";

describe("Namespace on the kernel", () => {
  let lab: LabHost;
  let provider: TestProvider;
  before(async () => {
    lab = await LabHost.start();
  });
  beforeEach(() => {
    provider = new TestProvider(lab);
  });
  afterEach("nothing is left", async () => {
    assert.equal((await lab.ip("netns list")).trim(), "");
  });
  after(() => lab.stop());

  const loopback = async (name: string) =>
    (await lab.json<[{ flags: string[]; ifalias?: string }]>(["ip", "-n", name, "-j", "link", "show", "lo"]))[0];

  it("makes a namespace whose lo is up and bears the mark, reads it, and removes it", async () => {
    const made = await provider.create("Namespace", "net0", {});
    assert.equal(made.id, "net0");
    const inode = Number((await lab.run(["stat", "-L", "-c", "%i", "/run/netns/net0"])).trim());
    const { __mark: mark, __place: place, ...outputs } = made.state;
    assert.deepEqual(outputs, { name: "net0", loopbackUp: true, path: "/run/netns/net0", inode });
    const lo = await loopback("net0");
    assert.ok(lo.flags.includes("UP"));
    assert.equal(lo.ifalias, mark);
    assert.match(String(place), new RegExp(`^${inode}@\\d+ 1 ${mark}$`));
    assert.match(String(mark), /^pulumi:lab\/test\/net0:[0-9a-f]{18}$/);
    assert.deepEqual(await provider.read("Namespace", "net0", made), made);
    await provider.delete("Namespace", "net0", made);
    assert.equal(await provider.read("Namespace", "net0", made), undefined);
    await provider.delete("Namespace", "net0", made);
  });

  it("takes lo down and up in place", async () => {
    const made = await provider.create("Namespace", "net0", { loopbackUp: false });
    assert.ok(!(await loopback("net0")).flags.includes("UP"));
    const up = await provider.update("Namespace", "net0", made, { loopbackUp: true });
    assert.ok((await loopback("net0")).flags.includes("UP"));
    assert.equal(up.state.inode, made.state.inode);
    await provider.delete("Namespace", "net0", up);
  });

  it("sees that lo was taken down by hand, as a change of that property alone", async () => {
    const made = await provider.create("Namespace", "net0", {});
    await lab.ip("-n net0 link set lo down");
    const seen = await provider.read("Namespace", "net0", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Namespace", seen, made.inputs).details, ["loopbackUp: UPDATE"]);
    await provider.delete("Namespace", "net0", await provider.update("Namespace", "net0", seen, made.inputs));
  });

  it("leaves a namespace that is not ours as it is, and says how to import it [31]", async () => {
    await lab.ip("netns add net0");
    await assert.rejects(provider.create("Namespace", "net0", {}), {
      message: [
        "netns:index:Namespace net0: it already exists, and is not in this stack's state",
        "  there is the namespace net0; it is left as it is",
        "  Import it with `pulumi import netns:index:Namespace net0 net0`, or remove it, or choose another name.",
      ].join("\n"),
    });
    assert.ok(!(await loopback("net0")).flags.includes("UP"));
    await lab.ip("netns del net0");
  });

  it("does not delete the namespace that somebody else made under the name of ours", async () => {
    const made = await provider.create("Namespace", "net0", {});
    await lab.ip("netns del net0");
    await lab.ip("netns add net0");
    assert.equal(await provider.read("Namespace", "net0", made), undefined);
    await provider.delete("Namespace", "net0", made);
    assert.equal((await lab.ip("netns list")).trim(), "net0");
    await lab.ip("netns del net0");
  });

  it("imports a namespace, with inputs whose next diff is empty", async () => {
    await lab.ip("netns add old");
    const found = await provider.import("Namespace", "old");
    assert.ok(found);
    assert.deepEqual(found.inputs, { name: "old", loopbackUp: false });
    const { inputs, failures } = provider.check("Namespace", "old", found.inputs);
    assert.deepEqual(failures, []);
    assert.deepEqual(provider.diff("Namespace", found, inputs).details, []);
    await provider.delete("Namespace", "old", found);
  });

  it("finds nothing to import where there is nothing, and refuses what is no id", async () => {
    assert.equal(await provider.import("Namespace", "none"), undefined);
    await assert.rejects(
      provider.import("Namespace", "a/b"),
      /`a\/b` is not an id of this kind\n {2}Its ids have the form NAME\./,
    );
  });

  it("refuses a plain file in the namespace's place and leaves it", async () => {
    await lab.run(["touch", "/run/netns/plain"]);
    await assert.rejects(provider.create("Namespace", "plain", {}), /there is the plain file \/run\/netns\/plain/);
    await lab.run(["rm", "/run/netns/plain"]);
  });

  it("takes the mount point that is left of a namespace for the rest of it: replaced, or deleted with it", async () => {
    const made = await provider.create("Namespace", "net0", {});
    await lab.run(["umount", "/run/netns/net0"]);
    const seen = await provider.read("Namespace", "net0", made);
    assert.ok(seen, "not gone");
    assert.ok(provider.diff("Namespace", seen, made.inputs).replaces.includes("name"));
    await provider.delete("Namespace", "net0", seen);
    assert.equal(await lab.run(["ls", "/run/netns"]), "");
  });

  it("takes a plain file that somebody else put in its place for what it is: the namespace is gone, the file stays", async () => {
    const made = await provider.create("Namespace", "net0", {});
    await lab.ip("netns del net0");
    await lab.run(["touch", "/run/netns/net0"]);
    assert.equal(await provider.read("Namespace", "net0", made), undefined);
    await provider.delete("Namespace", "net0", made);
    assert.equal(await lab.run(["ls", "/run/netns"]), "net0");
    await lab.run(["rm", "/run/netns/net0"]);
  });

  it("goes on after a run that died before it could answer", async () => {
    const lost = await provider.create("Namespace", "net0", {});
    const again = await new TestProvider(lab).create("Namespace", "net0", {});
    assert.deepEqual(again, lost);
    await provider.delete("Namespace", "net0", again);
  });

  it("goes on after a run that died when there was but the empty file", async () => {
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("netns add"));
    await assert.rejects(dying.create("Namespace", "net0", {}));
    await lab.run(["install", "-m", "0", "/dev/null", "/run/netns/net0"]);
    const made = await provider.create("Namespace", "net0", {});
    await provider.delete("Namespace", "net0", made);
  });

  it("does not take over what another run of the same stack is making", async () => {
    const made = await provider.create("Namespace", "net0", {});
    const records = (await lab.run(["find", "/run/pulumi-netns", "-name", "*.json"])).trim();
    const record = JSON.parse(await lab.run(["cat", records]));
    const started = (await lab.run(["cat", "/proc/1/stat"])).replace(/^.*\) /, "").split(" ")[19];
    const other = JSON.stringify({ ...record, owner: { pid: 1, started } });
    await lab.run(["tee", records], { stdin: other });
    await assert.rejects(
      new TestProvider(lab).create("Namespace", "net0", {}),
      /another run of this stack is making it/,
    );
    await provider.delete("Namespace", "net0", made);
  });

  it("refuses what it made itself once the engine has stored that", async () => {
    const made = await provider.create("Namespace", "net0", {});
    provider.plugin.cancel();
    await provider.plugin.end();
    await assert.rejects(new TestProvider(lab).create("Namespace", "net0", {}), /already exists/);
    await new TestProvider(lab).delete("Namespace", "net0", made);
  });

  it("keeps its record when the engine is gone, whatever signal comes after that", async () => {
    const made = await provider.create("Namespace", "net0", {});
    provider.plugin.cancel();
    provider.plugin.abandon();
    await provider.plugin.end();
    const again = await new TestProvider(lab).create("Namespace", "net0", {});
    assert.deepEqual(again, made);
    await new TestProvider(lab).delete("Namespace", "net0", again);
  });

  it("keeps its record when Cancel comes in the middle of another thing: the engine may not have stored it yet", async () => {
    const made = await provider.create("Namespace", "net0", {});
    provider.overtakeBefore(/netns add net1/, async () => provider.plugin.cancel());
    await provider.create("Namespace", "net1", {}).catch(() => {});
    provider.plugin.cancel();
    await provider.plugin.end();
    const again = await new TestProvider(lab).create("Namespace", "net0", {});
    assert.deepEqual(again, made);
    await new TestProvider(lab).delete("Namespace", "net0", again);
    await lab.tryRun(["ip", "netns", "del", "net1"]);
  });

  it("removes what a dead run made under a name that the program has given up", async () => {
    await provider.create("Namespace", "net0", { name: "first" });
    const made = await new TestProvider(lab).create("Namespace", "net0", { name: "second" });
    assert.equal((await lab.ip("netns list")).trim(), "second");
    await provider.delete("Namespace", "net0", made);
  });

  it("lists the namespaces by ids that import", async () => {
    await lab.ip("netns add b");
    await lab.ip("netns add a");
    assert.deepEqual(await provider.list("Namespace"), ["a", "b"]);
    assert.deepEqual(await provider.list("Namespace", { namespace: "b" }), ["b"]);
    for (const name of ["a", "b"]) await lab.ip(`netns del ${name}`);
  });
});
