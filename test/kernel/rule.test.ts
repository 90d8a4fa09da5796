import assert from "node:assert/strict";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite } from "../support/suites/kernelSuite";

kernelSuite("Rule on the kernel", (fixture) => {
  const at = (priority: number, more = {}) => ({ namespace: "x", priority, ...more });
  const rules = async (family = "-4") => {
    const text = await fixture.lab.run(["ip", "-n", "x", family, "rule"]);
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
      const { lab, provider } = fixture;
      const made = await provider.create("Rule", "rule", inputs);
      assert.equal(made.id, id);
      assert.deepEqual(await rules(family), [line]);
      assert.deepEqual(await provider.read("Rule", "rule", made), made);
      assert.deepEqual(await provider.list("Rule", { namespace: "x" }), [id]);
      const found = await provider.import("Rule", id);
      assert.ok(found);
      const { inputs: checked, failures } = provider.check("Rule", "found", found.inputs);
      assert.deepEqual([failures, provider.diff("Rule", found, checked).details], [[], []]);
      await assert.rejects(new TestProvider(lab).create("Rule", "other", inputs), /already exists/);
      await provider.delete("Rule", "rule", made);
      assert.deepEqual(await rules(family), []);
      assert.equal(await provider.read("Rule", "rule", made), undefined);
      await provider.delete("Rule", "rule", made);
    });
  }

  it("replaces for every property, but not for another spelling", async () => {
    const { provider } = fixture;
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

  it("misses the rule in whose place somebody has put another one, and leaves that", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Rule", "rule", at(100, { table: 7 }));
    await lab.ip("-n x rule del priority 100");
    await lab.ip("-n x rule add priority 100 table 8");
    assert.equal(await provider.read("Rule", "rule", made), undefined);
    await provider.delete("Rule", "rule", made);
    const again = await provider.create("Rule", "rule", at(100, { table: 7 }));
    await provider.delete("Rule", "rule", again);
    assert.deepEqual(await rules(), ["100: from all lookup 8"]);
    await lab.ip("-n x rule del priority 100");
  });

  it("leaves a foreign rule alone and says so [31], and one of its priority that came later", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x rule add priority 100 table 7");
    await assert.rejects(
      provider.create("Rule", "rule", at(100, { table: 7 })),
      /already exists.*`pulumi import netns:index:Rule rule x\/100,table=7`/s,
    );
    assert.equal((await rules()).length, 1);
    await lab.ip("-n x rule del priority 100");
    const made = await provider.create("Rule", "rule", at(100, { table: 7 }));
    await lab.ip("-n x rule add priority 100 table 8");
    assert.deepEqual(await provider.read("Rule", "rule", made), made);
    await provider.delete("Rule", "rule", made);
    assert.deepEqual(await rules(), ["100: from all lookup 8"]);
    await lab.ip("-n x rule del priority 100");
  });

  it("does not import what it has no words for, nor lists the kernel's own", async () => {
    const { lab, provider } = fixture;
    assert.deepEqual(await provider.list("Rule", { namespace: "x" }), []);
    await lab.ip("-n x rule add priority 100 table 8 suppress_prefixlength 0");
    await assert.rejects(provider.import("Rule", "x/100"), /cannot be imported as this kind/);
    await lab.ip("-n x rule del priority 100");
    assert.equal(await provider.import("Rule", "x/101"), undefined);
  });

  it("survives being deleted by hand or with its namespace [34]", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Rule", "rule", at(100, { table: 7 }));
    await lab.ip("-n x rule del priority 100");
    assert.equal(await provider.read("Rule", "rule", made), undefined);
    await provider.delete("Rule", "rule", made);
    await provider.delete("Rule", "rule", { ...made, state: { ...made.state, namespace: "gone" } });
  });

  it("goes on after a run that died, with the program as it is by then", async () => {
    const { lab, provider } = fixture;
    const lost = await provider.create("Rule", "rule", at(100, { table: 7 }));
    assert.deepEqual(await new TestProvider(lab).create("Rule", "rule", at(100, { table: 7 })), lost);
    const other = await new TestProvider(lab).create("Rule", "rule", at(100, { table: 8 }));
    assert.deepEqual(await rules(), ["100: from all lookup 8"]);
    await provider.delete("Rule", "rule", other);
  });

  for (const [family, from, to, all] of [
    ["inet", "10.0.0.0/8", ["192.168.0.0/24", "192.168.1.0/24", "192.168.2.0/24"], "-4"],
    ["inet6", "2001:db8::/32", ["2001:db8:a::/64", "2001:db8:b::/64", "2001:db8:c::/64"], "-6"],
  ] as const) {
    const wanted = [
      ...to.map((to, index) => at(100, { family, to, table: 200 + index })),
      at(100, { family, from, to: to[2], table: 202, fwmark: 5 }),
      at(100, { family, from, action: "blackhole" }),
      at(100, { family, iif: "lo", table: 200 }),
    ];
    const id = family === "inet" ? "x/100" : "x/100,inet6";
    const ip = (words: string) => fixture.lab.ip(`-n x ${all} rule ${words}`);

    it(`has several rules of one priority of ${family}: each comes back by itself, and no other is touched`, async () => {
      const { provider } = fixture;
      await ip(`add priority 100 from ${from} table 9`);
      await ip(`add priority 100 to ${to[0]} table 9 suppress_prefixlength 0`);
      const foreign = await rules(all);
      const made = await Promise.all(wanted.map((inputs, index) => provider.create("Rule", `rule${index}`, inputs)));
      assert.deepEqual(
        made.map((one) => one.id),
        wanted.map(() => id),
      );
      const whole = await rules(all);
      assert.equal(whole.length, foreign.length + wanted.length);
      for (const [index, one] of made.entries()) {
        const name = `rule${index}`;
        await provider.delete("Rule", name, one);
        assert.equal(await provider.read("Rule", name, one), undefined);
        made[index] = await provider.create("Rule", name, wanted[index] ?? {});
        assert.deepEqual((await rules(all)).sort(), [...whole].sort());
      }
      for (const one of made) assert.deepEqual(await provider.read("Rule", "rule", one), one);
      await Promise.all(made.map((one, index) => provider.delete("Rule", `rule${index}`, one)));
      assert.deepEqual((await rules(all)).sort(), [...foreign].sort());
      await ip("del priority 100");
      await ip("del priority 100");
    });

    it(`imports one of several rules of ${family} by its whole id, and lists that`, async () => {
      const { provider } = fixture;
      await ip(`add priority 100 from ${from} table 9`);
      await ip(`add priority 100 from ${from} to ${to[0]} blackhole`);
      await ip("add priority 101 table 9");
      const ids = [`${id},from=${from},table=9`, `${id},from=${from},to=${to[0]},action=blackhole`];
      assert.deepEqual(await provider.list("Rule", { namespace: "x" }), [...ids, id.replace("100", "101")]);
      await assert.rejects(provider.import("Rule", id), (error: Error) =>
        ids.every((one) => error.message.includes(one)),
      );
      for (const one of ids) {
        const found = await provider.import("Rule", one);
        assert.ok(found);
        assert.equal(found.id, id);
        const { inputs, failures } = provider.check("Rule", "found", found.inputs);
        assert.deepEqual([failures, provider.diff("Rule", found, inputs).details], [[], []]);
        await provider.delete("Rule", "found", found);
      }
      assert.equal(await provider.import("Rule", ids[0] ?? ""), undefined);
      await ip("del priority 101");
    });

    it(`makes and removes a rule of ${family} for which the kernel would take another`, async () => {
      const { provider } = fixture;
      await ip(`add priority 100 from ${from} to ${to[0]} table 7`);
      await ip(`add priority 100 to ${to[1]} iif lo table 7`);
      const narrow = await rules(all);
      const wide = await provider.create("Rule", "wide", at(100, { family, table: 7 }));
      const [, second] = await rules(all);
      assert.deepEqual((await rules(all)).sort(), [...narrow, "100: from all lookup 7"].sort());
      assert.equal(second, "100: from all lookup 7");
      await provider.delete("Rule", "wide", wide);
      assert.deepEqual(await rules(all), narrow);
      await ip("del priority 100");
      await ip("del priority 100");
    });
  }

  it("does not remove another rule where it could not make that again", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x rule add priority 100 iif lo table 7 suppress_prefixlength 0");
    const made = await provider.create("Rule", "rule", at(100, { table: 7 }));
    await assert.rejects(provider.delete("Rule", "rule", made), /cannot be removed.*by hand/s);
    assert.equal((await rules()).length, 2);
    await lab.ip("-n x rule del priority 100");
    await provider.delete("Rule", "rule", made);
  });

  it("says what to do where the kernel takes another rule for it", async () => {
    const { lab, provider } = fixture;
    const made = await provider.create("Rule", "narrow", at(100, { from: "10.0.0.0/8", table: 7 }));
    provider.overtakeBefore(/rule add priority 100 lookup 7/, () =>
      lab.ip("-n x rule add priority 100 to 10.0.0.0/8 table 7"),
    );
    await provider.delete("Rule", "narrow", made);
    await assert.rejects(
      provider.create("Rule", "wide", at(100, { table: 7 })),
      /already taken.*File exists.*another priority/s,
    );
    assert.deepEqual(await rules(), ["100: from all to 10.0.0.0/8 lookup 7"]);
    await lab.ip("-n x rule del priority 100");
  });

  it("says what to do when the namespace is missing", async () => {
    await assert.rejects(
      fixture.provider.create("Rule", "rule", { ...at(100), namespace: "none" }),
      /could not add the rule\n.*No such file/,
    );
  });
});
