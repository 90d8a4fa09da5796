import assert from "node:assert/strict";
import { kernelSuite } from "../support/kernelSuite";
import { TestProvider } from "../support/provider";

kernelSuite("Rule on the kernel", (bench) => {
  const at = (priority: number, more = {}) => ({ namespace: "x", priority, ...more });
  const rules = async (family = "-4") => {
    const text = await bench.lab.run(["ip", "-n", "x", family, "rule"]);
    return text
      .split("\n")
      .map((line) => line.trim().replace("\t", " "))
      .filter((line) => line !== "" && !/^(0|32766|32767):/.test(line));
  };
  afterEach(async () => assert.deepEqual([await rules("-4"), await rules("-6")], [[], []], "a rule is left"));

  const kinds: [what: string, inputs: ReturnType<typeof at>, id: string, family: string, line: string][] = [
    ["for all in the table main", at(100), "x/100", "-4", "100: from all lookup main"],
    [
      "with all that it can have",
      at(101, { from: "10.0.0.0/8", to: "10.9.9.9", iif: "va", oif: "vb", fwmark: "16/255", table: 100 }),
      "x/101",
      "-4",
      "101: from 10.0.0.0/8 to 10.9.9.9 fwmark 0x10/0xff iif va [detached] oif vb [detached] lookup 100",
    ],
    [
      "of IPv6",
      at(100, { family: "inet6", from: "2001:DB8::/32", table: 7 }),
      "x/100,inet6",
      "-6",
      "100: from 2001:db8::/32 lookup 7",
    ],
    [
      "of IPv6 for a mark",
      at(9, { family: "inet6", fwmark: 5 }),
      "x/9,inet6",
      "-6",
      "9: from all fwmark 0x5 lookup main",
    ],
    ...["blackhole", "unreachable", "prohibit"].map(
      (action): [string, ReturnType<typeof at>, string, string, string] => [
        `of the action ${action}`,
        at(200, { action, to: "10.0.0.0/8" }),
        "x/200",
        "-4",
        `200: from all to 10.0.0.0/8 ${action}`,
      ],
    ),
  ];
  for (const [what, inputs, id, family, line] of kinds) {
    it(`makes a rule ${what}, reads it, imports it and removes it`, async () => {
      const { lab, provider } = bench;
      const made = await provider.create("Rule", "rule", inputs);
      assert.equal(made.id, id);
      assert.deepEqual(await rules(family), [line]);
      assert.deepEqual(await provider.read("Rule", "rule", made), made);
      assert.deepEqual(await provider.list("Rule", { namespace: "x" }), [id]);
      const found = await provider.import("Rule", id);
      assert.ok(found);
      const { inputs: checked, failures } = provider.check("Rule", "found", found.inputs);
      assert.deepEqual([failures, provider.diff("Rule", found, checked).details], [[], []]);
      await assert.rejects(new TestProvider(lab).create("Rule", "other", inputs), /exists already/);
      await provider.delete("Rule", "rule", made);
      assert.deepEqual(await rules(family), []);
      assert.equal(await provider.read("Rule", "rule", made), undefined);
      await provider.delete("Rule", "rule", made);
    });
  }

  it("replaces for every property, but not for another spelling", async () => {
    const { provider } = bench;
    const made = await provider.create("Rule", "rule", at(100, { fwmark: 16 }));
    const { inputs } = provider.check(
      "Rule",
      "rule",
      at(100, { fwmark: "0x10/0xffffffff", table: 254, action: "lookup" }),
    );
    assert.deepEqual(provider.diff("Rule", made, inputs).details, []);
    assert.deepEqual(provider.diff("Rule", made, { ...made.inputs, table: 7, from: "10.0.0.0/8" }).details, [
      "from: ADD_REPLACE",
      "table: ADD_REPLACE",
    ]);
    await provider.delete("Rule", "rule", made);
  });

  it("takes back a changed table", async () => {
    const { lab, provider } = bench;
    const made = await provider.create("Rule", "rule", at(100, { table: 7 }));
    await lab.ip("-n x rule del priority 100");
    await lab.ip("-n x rule add priority 100 table 8");
    const seen = await provider.read("Rule", "rule", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Rule", seen, made.inputs).details, ["table: UPDATE_REPLACE"]);
    await provider.delete("Rule", "rule", seen);
  });

  it("leaves a foreign rule alone and says so [31], and one of its priority that came later", async () => {
    const { lab, provider } = bench;
    for (const words of ["from 10.0.0.0/8 table 7", "table 8 suppress_prefixlength 0"]) {
      await lab.ip(`-n x rule add priority 100 ${words}`);
      await assert.rejects(provider.create("Rule", "rule", at(100, { table: 7 })), /exists already/);
      assert.equal((await rules()).length, 1);
      await lab.ip("-n x rule del priority 100");
    }
    const made = await provider.create("Rule", "rule", at(100, { table: 7 }));
    await lab.ip("-n x rule add priority 100 table 8");
    assert.deepEqual(await provider.read("Rule", "rule", made), made);
    await provider.delete("Rule", "rule", made);
    assert.deepEqual(await rules(), ["100: from all lookup 8"]);
    await lab.ip("-n x rule del priority 100");
  });

  it("does not import what it has no words for, nor lists the kernel's own", async () => {
    const { lab, provider } = bench;
    assert.deepEqual(await provider.list("Rule", { namespace: "x" }), []);
    await lab.ip("-n x rule add priority 100 table 8 suppress_prefixlength 0");
    await assert.rejects(provider.import("Rule", "x/100"), /cannot be imported as one/);
    await lab.ip("-n x rule del priority 100");
    assert.equal(await provider.import("Rule", "x/101"), undefined);
  });

  it("survives being deleted by hand or with its namespace [34]", async () => {
    const { lab, provider } = bench;
    const made = await provider.create("Rule", "rule", at(100, { table: 7 }));
    await lab.ip("-n x rule del priority 100");
    assert.equal(await provider.read("Rule", "rule", made), undefined);
    await provider.delete("Rule", "rule", made);
    await provider.delete("Rule", "rule", { ...made, state: { ...made.state, namespace: "gone" } });
  });

  it("goes on after a run that died, with the program as it is by then", async () => {
    const { lab, provider } = bench;
    const lost = await provider.create("Rule", "rule", at(100, { table: 7 }));
    assert.deepEqual(await new TestProvider(lab).create("Rule", "rule", at(100, { table: 7 })), lost);
    const other = await new TestProvider(lab).create("Rule", "rule", at(100, { table: 8 }));
    assert.deepEqual(await rules(), ["100: from all lookup 8"]);
    await provider.delete("Rule", "rule", other);
  });

  it("says what to do when the namespace is missing", async () => {
    await assert.rejects(
      bench.provider.create("Rule", "rule", { ...at(100), namespace: "none" }),
      /could not add the rule\n.*No such file/,
    );
  });
});
