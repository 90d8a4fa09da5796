import assert from "node:assert/strict";
import { masked, secretTexts } from "../../provider/server/property";
import { nftLibrary, withoutNftLibrary } from "../support/labHost/nftLibrary";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite } from "../support/suites/kernelSuite";

const NAT = `
  chain postrouting {
    type nat hook postrouting priority srcnat
    oifname "wan" masquerade # what goes out
  }
`;
const WRITTEN = [
  "chain postrouting {",
  "\ttype nat hook postrouting priority srcnat; policy accept;",
  '\toifname "wan" masquerade',
  "}",
].join("\n");
const DROP = "chain in { type filter hook input priority 0; tcp dport { 443, 80 } drop; }";

kernelSuite("Firewall on the kernel", (fixture) => {
  const nat = { namespace: "x", name: "nat", rules: NAT };
  const nft = (words: string, stdin?: string) =>
    fixture.lab.run(["ip", "netns", "exec", "x", "nft", ...words.split(" ")], stdin === undefined ? {} : { stdin });
  const tables = async () => (await nft("list tables")).trim();
  afterEach(async () => assert.equal(await tables(), "", "a table is left"));

  it("makes a table, reads it, imports it and removes it", async () => {
    const { lab, provider } = fixture;
    await nft("-f -", "table inet other {\n chain in { type filter hook input priority 0\n counter\n }\n}\n");
    const other = await nft("-s list table inet other");
    const made = await provider.create("Firewall", "nat", nat);
    assert.equal(made.id, "x/inet/nat");
    assert.deepEqual([made.state.rules, made.state.ruleset, made.state.family], [NAT, WRITTEN, "inet"]);
    assert.match(await nft("list table inet nat"), /comment "pulumi:lab\/test\/nat:[0-9a-f]{18}"[\s\S]*masquerade/);
    assert.deepEqual(await provider.read("Firewall", "nat", made), made);
    assert.deepEqual(await provider.list("Firewall", { namespace: "x" }), ["x/inet/other", "x/inet/nat"]);
    const found = await provider.import("Firewall", "x/inet/nat", "nat");
    assert.ok(found);
    const { inputs, failures } = provider.check("Firewall", "found", found.inputs);
    assert.deepEqual([failures, provider.diff("Firewall", found, inputs).details], [[], []]);
    assert.deepEqual(inputs.rules, WRITTEN);
    await assert.rejects(provider.import("Firewall", "x/inet/nat", "somebody"), /another resource has it/);
    await assert.rejects(
      new TestProvider(lab).create("Firewall", "other", nat),
      /resource `nat` of this stack already has it/,
    );
    await provider.delete("Firewall", "nat", made);
    assert.deepEqual([await tables(), await nft("-s list table inet other")], ["table inet other", other]);
    assert.equal(await provider.read("Firewall", "nat", made), undefined);
    await provider.delete("Firewall", "nat", made);
    await nft("delete table inet other");
  });

  for (const family of ["ip", "ip6", "inet", "arp", "bridge", "netdev"]) {
    it(`makes a table of the family ${family} with an empty chain, and one with nothing`, async () => {
      const { provider } = fixture;
      for (const rules of ["chain a {\n}", ""]) {
        const made = await provider.create("Firewall", "t", { namespace: "x", family, rules });
        assert.deepEqual([made.id, made.state.ruleset], [`x/${family}/t`, rules]);
        assert.deepEqual(await provider.read("Firewall", "t", made), made);
        await provider.delete("Firewall", "t", made);
      }
    });
  }

  it("puts other rules in the place of the old at once, and is still the same table to whoever made it", async () => {
    const { provider } = fixture;
    const made = await provider.create("Firewall", "nat", nat);
    const now = await provider.update("Firewall", "nat", made, { ...nat, rules: DROP });
    assert.match(
      String(now.state.ruleset),
      /^chain in \{\n\ttype filter hook input priority filter.*\n\ttcp dport \{ 80, 443 \} drop\n\}$/,
    );
    assert.equal(now.state.comment, made.state.comment);
    assert.deepEqual(await provider.read("Firewall", "nat", now), now);
    await provider.delete("Firewall", "nat", now);
  });

  const spellings: [what: string, one: string, other: string][] = [
    ["blanks, lines and comments", NAT, NAT.replaceAll("\n", "\n\n").replace("priority", "  priority")],
    ["the order of a set", DROP, DROP.replace("443, 80", "80, 443")],
    ["a priority's name and a port's", DROP, DROP.replace("priority 0", "priority filter").replace("80", "http")],
  ];
  for (const [what, one, other] of spellings) {
    it(`takes rules that differ in ${what} for the same, and leaves the table`, async () => {
      const { lab, provider } = fixture;
      const made = await provider.create("Firewall", "nat", { ...nat, rules: one });
      const { inputs } = provider.check("Firewall", "nat", { ...nat, rules: other });
      const before = await lab.run(["find", "/run"]);
      assert.deepEqual((await provider.diffOnHost("Firewall", made, inputs)).details, []);
      assert.deepEqual((await provider.diffOnHost("Firewall", made, { ...inputs, rules: "" })).details, [
        "rules: UPDATE",
      ]);
      assert.equal(await lab.run(["find", "/run"]), before);
      const seen = await provider.read("Firewall", "nat", { ...made, inputs });
      assert.ok(seen);
      assert.deepEqual((await provider.diffOnHost("Firewall", seen, inputs)).details, []);
      provider.failOn((command) => command.startsWith("unshare"));
      assert.deepEqual((await provider.diffOnHost("Firewall", made, inputs)).details, ["rules: UPDATE"]);
      await provider.delete("Firewall", "nat", made);
    });
  }

  it("takes back what was changed by hand, but no counts and nothing that packets have put into sets", async () => {
    const { provider } = fixture;
    const rules = `
      counter hits { }
      set seen { type ipv4_addr; flags dynamic,timeout; timeout 1h; }
      set old { type ipv4_addr; flags timeout; timeout 1h; }
      set fixed { type ipv4_addr; elements = { 10.0.0.1 } }
      chain in {
        type filter hook input priority filter
        counter name "hits" counter
        add @seen { ip saddr }
        update @old { ip saddr timeout 2h }
      }
    `.replace("{ }", "{\n}");
    const made = await provider.create("Firewall", "nat", { ...nat, rules });
    await fixture.lab.ip("-n x link set lo up");
    await fixture.lab.ip("netns exec x ping -c 1 -W 2 127.0.0.1");
    assert.match(await nft("list table inet nat"), /packets 2 [\s\S]*elements = \{ 127.0.0.1 (?:timeout|expires)/);
    assert.deepEqual(await provider.read("Firewall", "nat", made), made);
    for (const hand of [
      "add element inet nat fixed { 10.0.0.2 }",
      "flush table inet nat",
      "delete set inet nat fixed",
    ]) {
      await nft(hand);
      const seen = await provider.read("Firewall", "nat", made);
      assert.ok(seen, hand);
      assert.notEqual(seen.inputs.rules, rules);
      assert.deepEqual((await provider.diffOnHost("Firewall", seen, made.inputs)).details, ["rules: UPDATE"], hand);
      const now = await provider.update("Firewall", "nat", seen, made.inputs);
      assert.equal(now.state.ruleset, made.state.ruleset);
    }
    await fixture.lab.ip("-n x link set lo down");
    await provider.delete("Firewall", "nat", made);
  });

  it("leaves a foreign table alone and says so [31], and one of its name that came later", async () => {
    const { lab, provider } = fixture;
    for (const block of ["{ }", '{ comment "mine"; }']) {
      await nft(`add table inet nat ${block}`);
      await assert.rejects(
        provider.create("Firewall", "nat", nat),
        /already exists[\s\S]*table inet nat[\s\S]*pulumi import/,
      );
      assert.equal(await tables(), "table inet nat");
      await nft("delete table inet nat");
    }
    const made = await provider.create("Firewall", "nat", nat);
    await nft("delete table inet nat");
    await nft('add table inet nat { comment "mine"; }');
    assert.equal(await provider.read("Firewall", "nat", made), undefined);
    await provider.delete("Firewall", "nat", made);
    assert.equal(await tables(), "table inet nat");
    await nft("delete table inet nat");

    const late = new TestProvider(lab);
    late.overtakeBefore(/nft -f/, () => nft('add table inet nat { comment "mine"; }'));
    await assert.rejects(late.create("Firewall", "nat", nat), /already exists/);
    assert.match(await nft("list table inet nat"), /comment "mine"\n\}/);
    await nft("delete table inet nat");
  });

  it("imports what somebody has made, with its comment, which stays", async () => {
    const { provider } = fixture;
    for (const comment of ['\n comment "mine"\n', ""]) {
      await nft("-f -", `table inet nat {${comment}\n${DROP.replace("; }", "\n}")}\n}\n`.replaceAll(";", "\n"));
      const found = await provider.import("Firewall", "x/inet/nat");
      assert.ok(found);
      const now = await provider.update("Firewall", "imported", found, { ...found.inputs, rules: NAT });
      assert.equal(now.state.comment, comment === "" ? undefined : "mine");
      assert.deepEqual(await provider.read("Firewall", "imported", now), now);
      await provider.delete("Firewall", "imported", now);
    }
    assert.equal(await provider.import("Firewall", "x/inet/nat"), undefined);
  });

  const mistakes: [what: string, rules: string, said: RegExp][] = [
    ["nft does not understand", "chain in {\n  iifname eth0 acept\n}", /stdin:2:\d+-\d+: Error: syntax error/],
    ["leads to a chain that is not there", "chain in {\n  jump out\n}", /stdin:2:\d+-\d+: Error: .*No such file/],
    [
      "is there twice",
      "map m { type ipv4_addr : verdict\n elements = { 10.0.0.1 : drop, 10.0.0.1 : accept }\n}",
      /File exists/,
    ],
    ["is about a device that is not there", "chain in {\n  iif nowhere accept\n}", /Interface does not exist/],
  ];
  for (const [what, rules, said] of mistakes) {
    it(`says in nft's words what ${what}, leaves nothing behind, and of an update all as it was`, async () => {
      const { provider } = fixture;
      await assert.rejects(provider.create("Firewall", "nat", { ...nat, rules }), (error: Error) => {
        assert.match(error.message, /^netns:index:Firewall x\/inet\/nat: could not make the table\n/);
        assert.match(error.message, said);
        assert.match(error.message, /\n {2}(?:Correct `rules`|Something that it needs is not there)/);
        return true;
      });
      assert.equal(await tables(), "");
      const made = await provider.create("Firewall", "nat", nat);
      await assert.rejects(provider.update("Firewall", "nat", made, { ...nat, rules }), said);
      assert.deepEqual(await provider.read("Firewall", "nat", made), made);
      await provider.delete("Firewall", "nat", made);
    });
  }

  it("tells no line of rules that are secret", async () => {
    const rules = "chain in {\n  hunter2 drop # hunter3\n}";
    const secrets = secretTexts({ values: { rules }, secrets: [["rules"]] });
    await assert.rejects(fixture.provider.create("Firewall", "nat", { ...nat, rules }), ({ message }: Error) => {
      assert.match(message, /syntax error/);
      assert.match(message, /hunter2/);
      assert.doesNotMatch(masked(message, secrets), /hunter/);
      return true;
    });
  });

  it("survives being deleted by hand or with its namespace [34]", async () => {
    const { provider } = fixture;
    const made = await provider.create("Firewall", "nat", nat);
    await nft("flush ruleset");
    assert.equal(await provider.read("Firewall", "nat", made), undefined);
    await provider.delete("Firewall", "nat", made);
    await provider.delete("Firewall", "nat", { ...made, state: { ...made.state, namespace: "gone" } });
  });

  it("goes on after a run that died, with the program as it is by then", async () => {
    const { lab, provider } = fixture;
    const lost = await provider.create("Firewall", "nat", nat);
    assert.deepEqual(await new TestProvider(lab).create("Firewall", "nat", nat), lost);
    const other = await new TestProvider(lab).create("Firewall", "nat", { ...nat, rules: DROP });
    assert.equal(other.state.comment, lost.state.comment);
    const moved = await new TestProvider(lab).create("Firewall", "nat", { ...nat, family: "ip" });
    assert.equal(await tables(), "table ip nat");
    await provider.delete("Firewall", "nat", moved);
  });

  it("says so of a name that nft has a meaning for", async () => {
    await assert.rejects(
      fixture.provider.create("Firewall", "masquerade", { namespace: "x", rules: "" }),
      /unexpected masquerade.*\n.*\n? *Choose another `name`/,
    );
  });

  it("says what is missing: the namespace, the library of nft", async () => {
    const { provider } = fixture;
    await assert.rejects(
      provider.create("Firewall", "nat", { ...nat, namespace: "none" }),
      /could not make the table\n.*No such file/,
    );
    await fixture.lab.run(withoutNftLibrary());
    const poor = new TestProvider(fixture.lab);
    await assert.rejects(
      poor.create("Firewall", "nat", nat),
      /\n {2}.*libnftables.*\n {2}libnftables is not installed here: a Firewall needs it \(apt-get install nftables\)/,
    );
    assert.deepEqual(await poor.list("Firewall", { namespace: "x" }), []);
    await fixture.lab.run(["umount", "-n", nftLibrary()]);
  });

  it("is an element of a Topology", async () => {
    const { provider } = fixture;
    const lab = (rules: string) => ({
      namespaces: [{ name: "gate" }],
      firewalls: [{ ...nat, namespace: "gate", rules }],
    });
    const made = await provider.create("Topology", "lab", lab(NAT));
    assert.deepEqual((made.state.firewalls as { ruleset: string }[])[0]?.ruleset, WRITTEN);
    assert.deepEqual(await provider.read("Topology", "lab", made), made);
    const found = await provider.import("Topology", "gate", "lab");
    const checked = provider.check("Topology", "lab", found?.inputs ?? {});
    assert.deepEqual([checked.failures, found && provider.diff("Topology", found, checked.inputs).details], [[], []]);
    assert.deepEqual(checked.inputs.firewalls, [{ namespace: "gate", name: "nat", family: "inet", rules: WRITTEN }]);
    const { inputs } = provider.check("Topology", "lab", lab(NAT.replace("srcnat", "100")));
    assert.deepEqual((await provider.diffOnHost("Topology", made, inputs)).details, []);
    const changed = await provider.update("Topology", "lab", made, lab(DROP));
    await fixture.lab.ip("netns exec gate nft flush table inet nat");
    const seen = await provider.read("Topology", "lab", changed);
    assert.ok(seen);
    assert.deepEqual((await provider.diffOnHost("Topology", seen, changed.inputs)).details, [
      "firewalls[0].rules: UPDATE",
    ]);
    await assert.rejects(provider.update("Topology", "lab", seen, lab("chain a {\n jump b\n}")), /No such file/);
    const back = await provider.update("Topology", "lab", seen, lab(DROP));
    assert.deepEqual(back.state.firewalls, changed.state.firewalls);
    await provider.delete("Topology", "lab", back);
    const plain = { firewalls: [{ ...nat }] };
    await provider.delete("Topology", "lab", await provider.create("Topology", "lab", plain));
  });
});
