import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { TestProvider } from "../support/provider/testProvider";
import { hasQdisc, madeWhereBuilt } from "../support/suites/kernelOptions";
import { kernelSuite } from "../support/suites/kernelSuite";
import { skipThis } from "../support/suites/needs";

kernelSuite("Qdisc on the kernel", (fixture) => {
  beforeEach(async () => {
    const { lab } = fixture;
    await lab.ip("link add name va netns x type veth peer name vb netns y");
    await lab.ip("-n y link set vb up");
    await lab.ip("-n x link set va up");
  });
  afterEach(() => fixture.lab.tryRun(["ip", "-n", "x", "link", "del", "va"]));

  const tc = (line: string) => fixture.lab.run(["ip", "netns", "exec", "x", "tc", ...line.split(" ")]);
  /** As tc itself shows them to people. */
  const shown = async () => (await tc("qdisc show dev va")).trim().replace(/ +$/gm, "");
  const DEFAULT = "qdisc noqueue 0: root refcnt 2";
  const at = { namespace: "x", device: "va" };
  const fifo = { ...at, handle: "1:", kind: "pfifo", options: { limit: 50 } };
  const TBF = { rate: "1mbit", burst: "32kb", latency: "400ms" };

  const rows: [props: Json, line: RegExp, edit: Json, after: RegExp][] = [
    [fifo, /^qdisc pfifo 1: root refcnt 3 limit 50p$/, { options: { limit: 60 } }, / limit 60p$/],
    [
      { ...at, kind: "bfifo", options: { limit: 3000 } },
      /^qdisc bfifo \w{4}: root refcnt 3 limit 3000b$/,
      { options: { limit: 4000 } },
      / limit 4000b$/,
    ],
    [
      { ...at, kind: "pfifo_head_drop", options: { limit: 5 } },
      /^qdisc pfifo_head_drop .* limit 5p$/,
      { options: { limit: 6 } },
      / limit 6p$/,
    ],
    [
      { ...at, kind: "tbf", tbf: TBF },
      /^qdisc tbf \w{4}: root refcnt 3 rate 1Mbit burst 32Kb lat 400ms$/,
      { tbf: { ...TBF, rate: "1500kbit" } },
      / rate 1500Kbit burst \S+ lat 400ms$/,
    ],
    [
      { ...at, kind: "tbf", tbf: { rate: "10gbit", burst: "1mb", limit: "2mb" } },
      /^qdisc tbf .* rate 10Gbit burst 1047500b/,
      { tbf: { rate: "8kbit", burst: "1501b", latency: "2s" } },
      / rate 8Kbit burst 1501b lat 2s$/,
    ],
    [
      { ...at, handle: "A", kind: "htb", options: { default: "1F", r2q: 5 } },
      /^qdisc htb a: .*r2q 5 default 0x1f/,
      {},
      /htb a:/,
    ],
    [{ ...at, kind: "noqueue" }, /^qdisc noqueue \w{4}: root/, {}, /noqueue \w{4}:/],
  ];
  for (const [props, line, edit, after] of rows) {
    it(`makes a ${props.kind} of ${JSON.stringify(props.tbf ?? props.options)}, reads it, changes it, imports it and removes it`, async function () {
      const { lab, provider } = fixture;
      if (props.kind === "tbf" && !hasQdisc("tbf rate 1mbit burst 32kb latency 400ms"))
        skipThis(this, "CONFIG_NET_SCH_TBF");
      if (props.kind === "htb" && !hasQdisc("htb")) skipThis(this, "CONFIG_NET_SCH_HTB");
      const made = await provider.create("Qdisc", "it", props);
      assert.equal(made.id, "x/va/root");
      assert.match(await shown(), line);
      assert.deepEqual(await provider.read("Qdisc", "it", made), made);
      assert.deepEqual(provider.diff("Qdisc", made, provider.check("Qdisc", "it", props).inputs).details, []);
      assert.deepEqual(await provider.list("Qdisc"), ["x/va/root"]);
      const found = await provider.import("Qdisc", "x/va/root");
      assert.ok(found);
      const { inputs, failures } = provider.check("Qdisc", "found", found.inputs);
      assert.deepEqual([failures, provider.diff("Qdisc", found, inputs).details], [[], []]);
      const want = provider.check("Qdisc", "it", { ...props, ...edit }).inputs;
      assert.ok(provider.diff("Qdisc", made, want).details.every((detail) => !detail.endsWith("REPLACE")));
      const now = await provider.update("Qdisc", "it", made, want);
      assert.match(await shown(), after);
      assert.equal(now.state.handle, made.state.handle);
      assert.deepEqual(await provider.read("Qdisc", "it", now), now);
      await assert.rejects(new TestProvider(lab).create("Qdisc", "other", props), /already exists/);
      await provider.delete("Qdisc", "it", now);
      assert.equal(await shown(), DEFAULT);
      assert.equal(await provider.read("Qdisc", "it", now), undefined);
      await provider.delete("Qdisc", "it", now);
    });
  }

  /** Nothing is left where the kernel has no such kind. */
  const create = (kind: string, more: Json = {}) =>
    fixture.provider.create("Qdisc", "it", { ...at, kind, ...more }).catch(async (error: Error) => {
      assert.equal(await shown(), DEFAULT);
      throw error;
    });

  it("makes a netem, and changes it", async function () {
    const { provider } = fixture;
    const netem = { delay: "100us", jitter: "30us", correlation: "25%", loss: "0.5%", reorder: "1%", rate: "1mbit" };
    const made = await madeWhereBuilt(this, "CONFIG_NET_SCH_NETEM", () => create("netem", { handle: "1:", netem }));
    assert.deepEqual(await provider.read("Qdisc", "it", made), made);
    assert.match(await shown(), /^qdisc netem 1: root refcnt 3 limit 1000 delay .* loss 0.5% reorder 1%.* rate 1Mbit/);
    const edited = { delay: "50ms", corrupt: "1%" };
    const now = await provider.update("Qdisc", "it", made, { ...at, handle: "1:", kind: "netem", netem: edited });
    assert.match(await shown(), /^qdisc netem 1: root refcnt 3 limit 1000 delay 50ms corrupt 1%$/);
    await provider.delete("Qdisc", "it", now);
    assert.equal(await shown(), DEFAULT);
  });

  for (const kind of ["fq_codel", "codel", "fq", "sfq", "prio"])
    it(`makes a qdisc of the kind ${kind}, as the kernel makes one by itself`, async function () {
      const { lab, provider } = fixture;
      const made = await madeWhereBuilt(this, `CONFIG_NET_SCH_${kind.toUpperCase()}`, () => create(kind));
      assert.deepEqual(await new TestProvider(lab).read("Qdisc", "it", made), made);
      await provider.delete("Qdisc", "it", made);
      assert.equal(await shown(), DEFAULT);
    });

  it("is on a class of another one, and comes back with that", async function () {
    const { provider } = fixture;
    if (!hasQdisc("tbf rate 1mbit burst 32kb latency 400ms")) skipThis(this, "CONFIG_NET_SCH_TBF");
    const outer = await provider.create("Qdisc", "outer", { ...at, handle: "1:", kind: "tbf", tbf: TBF });
    const inner = { ...at, parent: "01:1", kind: "pfifo", options: { limit: 7 } };
    const made = await provider.create("Qdisc", "inner", inner);
    assert.equal(made.id, "x/va/1:1");
    assert.match(await shown(), /^qdisc pfifo \w{4}: parent 1:1 limit 7p$/m);
    assert.deepEqual(await provider.list("Qdisc", { namespace: "x" }), ["x/va/root", "x/va/1:1"]);
    assert.deepEqual(await provider.read("Qdisc", "inner", made), made);
    await provider.delete("Qdisc", "outer", outer);
    assert.equal(await provider.read("Qdisc", "inner", made), undefined);
    await provider.delete("Qdisc", "inner", made);
    await assert.rejects(
      provider.create("Qdisc", "inner", inner),
      /could not make the qdisc\n.*\n {2}Something that it needs is not there/,
    );
  });

  it("takes back a changed limit, and puts back nothing that the program does not say", async () => {
    const { provider } = fixture;
    const made = await provider.create("Qdisc", "it", fifo);
    await tc("qdisc change dev va root handle 1: pfifo limit 99");
    const seen = await provider.read("Qdisc", "it", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Qdisc", seen, made.inputs).details, ["options.limit: UPDATE"]);
    const now = await provider.update("Qdisc", "it", seen, made.inputs);
    assert.match(await shown(), / limit 50p$/);
    assert.deepEqual(provider.diff("Qdisc", now, { ...at, parent: "root", handle: "1:", kind: "pfifo" }).details, [
      "options.limit: DELETE_REPLACE",
    ]);
    await provider.delete("Qdisc", "it", now);
  });

  it("leaves a foreign one alone and says so [31]", async () => {
    const { provider } = fixture;
    for (const [words, what] of [
      ["handle 5: pfifo limit 9", "the qdisc pfifo 5:"],
      ["handle 5: pfifo_fast", "the qdisc pfifo_fast 5:"],
    ]) {
      await tc(`qdisc add dev va root ${words}`);
      const before = await shown();
      const refused = new RegExp(`it already exists.*\\n  there is ${what} at x/va/root; it is left as it is`);
      await assert.rejects(provider.create("Qdisc", "it", fifo), refused);
      assert.equal(await shown(), before);
      await tc("qdisc del dev va root");
    }
  });

  it("leaves what somebody puts there at the last moment [55]", async () => {
    const { provider } = fixture;
    for (const props of [fifo, { ...fifo, handle: undefined, kind: "bfifo" }, { ...fifo, kind: "bfifo" }]) {
      provider.overtakeBefore(/qdisc add/, () => tc("qdisc add dev va root pfifo limit 9"));
      const error = await provider.create("Qdisc", "it", props).catch((refused: Error) => refused.message);
      const [, handle = ""] = /^qdisc pfifo (\w+:) root refcnt 3 limit 9p$/.exec(await shown()) ?? [];
      assert.match(String(error), new RegExp(`it already exists.*\n.* there is the qdisc pfifo ${handle} at`));
      assert.notEqual(handle, "");
      await tc("qdisc del dev va root");
    }
  });

  it("survives being deleted by hand, or with its device or namespace [34]", async () => {
    const { lab, provider } = fixture;
    const after = async () =>
      (await lab.tryRun(["ip", "netns", "exec", "x", "tc", "qdisc", "show", "dev", "va"])).stdout;
    for (const by of [() => tc("qdisc del dev va root"), () => lab.ip("-n x link del va")]) {
      const made = await provider.create("Qdisc", "it", fifo);
      await by();
      const now = await after();
      assert.equal(await provider.read("Qdisc", "it", made), undefined);
      await provider.delete("Qdisc", "it", made);
      await provider.delete("Qdisc", "it", { ...made, state: { ...made.state, namespace: "gone" } });
      assert.equal(await after(), now);
    }
  });

  const BY_HAND: [words: string, details: string[]][] = [
    ["handle 2: pfifo limit 50", ["handle: UPDATE_REPLACE"]],
    ["handle 1: pfifo limit 51", ["options.limit: UPDATE"]],
    ["handle 2: bfifo limit 50", ["handle: UPDATE_REPLACE", "kind: UPDATE_REPLACE"]],
    // There are no words for that one: all of it is made anew.
    ["handle 9: pfifo_fast", ["device: ADD_REPLACE", "handle: ADD_REPLACE", "kind: ADD_REPLACE"]],
  ];
  for (const [words, details] of BY_HAND) {
    it(`has its place back from a qdisc that somebody has put there: ${words}`, async () => {
      const { provider } = fixture;
      const made = await provider.create("Qdisc", "it", fifo);
      await tc(`qdisc replace dev va root ${words}`);
      const seen = await provider.read("Qdisc", "it", made);
      assert.ok(seen);
      const told = provider.diff("Qdisc", seen, made.inputs).details;
      for (const one of details) assert.ok(told.includes(one), told.join());
      const isReplaced = told.some((detail) => detail.endsWith("REPLACE"));
      if (isReplaced) await provider.delete("Qdisc", "it", seen);
      if (isReplaced) assert.equal(await shown(), DEFAULT);
      const now = await (isReplaced
        ? provider.create("Qdisc", "it", made.inputs)
        : provider.update("Qdisc", "it", seen, made.inputs));
      assert.match(await shown(), /^qdisc pfifo 1: root refcnt 3 limit 50p$/);
      await tc(`qdisc replace dev va root ${words}`);
      await provider.delete("Qdisc", "it", now);
      assert.equal(await shown(), DEFAULT);
    });

    it(`has its place in a Topology back from a qdisc that somebody has put there: ${words}`, async () => {
      const { provider } = fixture;
      const made = await provider.create("Topology", "lab", {
        qdiscs: [fifo, { ...fifo, namespace: "y", device: "vb" }],
      });
      await tc(`qdisc replace dev va root ${words}`);
      const seen = await provider.read("Topology", "lab", made);
      assert.ok(seen);
      assert.notDeepEqual(provider.diff("Topology", seen, made.inputs).details, []);
      const now = await provider.update("Topology", "lab", seen, made.inputs);
      assert.match(await shown(), /^qdisc pfifo 1: root refcnt 3 limit 50p$/);
      assert.deepEqual(await provider.read("Topology", "lab", now), now);
      await tc(`qdisc replace dev va root ${words}`);
      await provider.delete("Topology", "lab", now);
      assert.equal(await shown(), DEFAULT);
    });
  }

  it("is made with the one that it is on in one go, in either order, and in a Topology", async function () {
    const { provider } = fixture;
    if (!hasQdisc("tbf rate 1mbit burst 32kb latency 400ms")) skipThis(this, "CONFIG_NET_SCH_TBF");
    const both = /^qdisc tbf 1: root .*\nqdisc tbf 2: parent 1:1 .*\nqdisc pfifo 3: parent 2:1 limit 7p$/;
    const outer = { ...at, handle: "1:", kind: "tbf", tbf: TBF };
    const inner = { ...at, parent: "1:1", handle: "2:", kind: "tbf", tbf: TBF };
    const last = { ...at, parent: "2:1", handle: "3:", kind: "pfifo", options: { limit: 7 } };
    const single = await Promise.all(
      [last, inner, outer].map((one, index) => provider.create("Qdisc", `q${index}`, one)),
    );
    assert.match(await shown(), both);
    await Promise.all(single.map((one, index) => provider.delete("Qdisc", `q${index}`, one)));
    assert.equal(await shown(), DEFAULT);
    // In the place of one that has the same number, but no classes.
    const old = await provider.create("Qdisc", "outer", { ...at, handle: "1:", kind: "pfifo" });
    const replaced = provider.delete("Qdisc", "outer", old).then(() => provider.create("Qdisc", "outer", outer));
    const second = await Promise.all([replaced, provider.create("Qdisc", "inner", { ...last, parent: "1:1" })]);
    assert.match(await shown(), /^qdisc tbf 1: root .*\nqdisc pfifo 3: parent 1:1 limit 7p$/);
    await Promise.all(second.map((one, index) => provider.delete("Qdisc", `q${index}`, one)));
    assert.equal(await shown(), DEFAULT);

    let lab = await provider.create("Topology", "lab", { qdiscs: [{ ...at, handle: "7:", kind: "pfifo" }] });
    lab = await provider.update("Topology", "lab", lab, { qdiscs: [last, inner, outer] });
    assert.match(await shown(), both);
    for (const words of ["handle 5: pfifo", "handle 9: pfifo_fast"]) {
      await tc(`qdisc replace dev va root ${words}`);
      const seen = await provider.read("Topology", "lab", lab);
      assert.ok(seen);
      lab = await provider.update("Topology", "lab", seen, lab.inputs);
      assert.match(await shown(), both);
    }
    // What is on it goes with the one that is replaced, and comes back with the new one.
    const faster = { ...outer, kind: "tbf", handle: "1:", tbf: { ...TBF, rate: "2mbit" }, parent: "root" };
    lab = await provider.update("Topology", "lab", lab, { qdiscs: [last, inner, faster] });
    assert.match(await shown(), / rate 2Mbit [\s\S]*parent 2:1 limit 7p$/);
    lab = await provider.update("Topology", "lab", lab, {
      qdiscs: [{ ...last, parent: "4:1" }, { ...inner, handle: "4:" }, { ...outer }],
    });
    assert.match(
      await shown(),
      /^qdisc tbf 1: root [\s\S]*qdisc tbf 4: parent 1:1 [\s\S]*qdisc pfifo 3: parent 4:1 limit 7p$/,
    );
    await provider.delete("Topology", "lab", lab);
    assert.equal(await shown(), DEFAULT);
  });

  it("does not delete the like one on another device that has the name now", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Qdisc", "it", fifo);
    await lab.ip("-n x link del va");
    await lab.ip("link add name va index 4711 netns x type veth peer name vb netns y");
    await tc("qdisc add dev va root handle 1: pfifo limit 50");
    assert.equal(await provider.read("Qdisc", "it", made), undefined);
    await provider.delete("Qdisc", "it", made);
    assert.match(await shown(), /pfifo 1:/);
  });

  it("goes on after a run that died before it could answer, or before it changed the program", async () => {
    const { lab, provider } = fixture;
    const dying = new TestProvider(lab);
    dying.dieBefore((command) => command.includes("qdisc add"));
    await assert.rejects(dying.create("Qdisc", "it", fifo));
    const lost = await new TestProvider(lab).create("Qdisc", "it", fifo);
    assert.deepEqual(await new TestProvider(lab).create("Qdisc", "it", fifo), lost);
    const other = { ...fifo, options: { limit: 51 } };
    const now = await new TestProvider(lab).create("Qdisc", "it", other);
    assert.match(await shown(), / limit 51p$/);
    const last = await provider.create("Qdisc", "it", { ...at, handle: "2:", kind: "bfifo" });
    assert.match(await shown(), /bfifo 2:/);
    assert.notDeepEqual(last, now);
    await provider.delete("Qdisc", "it", last);
  });

  it("undoes a change that the kernel refuses half way [33]", async () => {
    const { provider } = fixture;
    const made = await provider.create("Qdisc", "it", fifo);
    provider.failOn((command) => command.includes("limit 70"));
    await assert.rejects(
      provider.update("Qdisc", "it", made, { ...fifo, options: { limit: 70 } }),
      /could not change the qdisc/,
    );
    assert.match(await shown(), / limit 50p$/);
    await provider.delete("Qdisc", "it", made);
  });

  it("says what to do when the device is missing", async () => {
    const { provider } = fixture;
    await assert.rejects(
      provider.create("Qdisc", "it", { ...fifo, device: "none" }),
      /could not make the qdisc\n.*Cannot find device "none"/,
    );
  });

  it("is an element of a Topology", async () => {
    const { lab, provider } = fixture;
    const all = {
      namespaces: [{ name: "shaped" }],
      vethPairs: [{ a: { name: "va", namespace: "shaped" }, b: { name: "vc", namespace: "y" } }],
      qdiscs: [{ namespace: "shaped", device: "va", kind: "pfifo", options: { limit: 11 } }, fifo],
    };
    const made = await provider.create("Topology", "lab", all);
    const inside = () => lab.run(["ip", "netns", "exec", "shaped", "tc", "qdisc", "show", "dev", "va"]);
    assert.match(await inside(), /pfifo \w{4}: root refcnt 3 limit 11p/);
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    assert.deepEqual(provider.diff("Topology", made, made.inputs).details, []);
    const more = { ...all, qdiscs: [fifo, { ...all.qdiscs[0], options: { limit: 12 } }] };
    const now = await provider.update("Topology", "lab", made, provider.check("Topology", "lab", more).inputs);
    assert.match(await inside(), / limit 12p/);
    await lab.run(["ip", "netns", "exec", "shaped", "tc", "qdisc", "del", "dev", "va", "root"]);
    const seen = await provider.read("Topology", "lab", now);
    assert.ok(seen);
    const again = await provider.update("Topology", "lab", seen, now.inputs);
    assert.match(await inside(), / limit 12p/);
    await provider.delete("Topology", "lab", again);
    assert.equal(await shown(), DEFAULT);
  });
});
