import assert from "node:assert/strict";
import { inGivenWords, isRest, isSame, kept, overlay, stateOf } from "../../../provider/lifecycle/state";
import { kindNamed } from "../../support/inputs/states";

const namespace = kindNamed("Namespace");
const address = kindNamed("Address");
const sysctl = kindNamed("Sysctl");
const MARK = "pulumi:lab/dev/a:0123";

describe("whether a thing is the one that the state is about", () => {
  const net = { name: "a", inode: 1 };
  const seen = (inode: number, mark?: string) => ({ what: "", state: { name: "a", inode }, ...(mark && { mark }) });

  it("is told by the mark alone where it bears one", () => {
    assert.ok(isSame(namespace, { ...net, __mark: MARK }, seen(2, MARK)));
    assert.ok(!isSame(namespace, { ...net, __mark: MARK }, seen(1, `${MARK}4`)));
    assert.ok(!isSame(namespace, { ...net, __mark: MARK }, seen(1)));
  });

  it("is told by its numbers where the state knows no mark, as after an import", () => {
    assert.ok(isSame(namespace, net, seen(1)));
    assert.ok(!isSame(namespace, net, seen(2)));
  });

  it("is told by its place where it can bear no mark", () => {
    const at = (place?: string) => ({ what: "", state: {}, ...(place && { place }) });
    assert.ok(isSame(address, { __place: "1 2", __mark: MARK }, at("1 2")));
    assert.ok(!isSame(address, { __place: "1 2", __mark: MARK }, at("1 3")));
    assert.ok(isSame(address, { __mark: MARK }, at("1 3")));
  });
});

describe("whether what is seen is a part that is left of a thing", () => {
  it("is told by the mark, and by its place where that is known", () => {
    const rest = (place: string) => ({ what: "", leftover: [], madeUnder: (mark: string) => mark === MARK, place });
    assert.ok(isRest({ __mark: MARK, __place: "1 2" }, rest("1 2")));
    assert.ok(isRest({ __mark: MARK }, rest("1 2")));
    assert.ok(!isRest({ __mark: MARK, __place: "1 2" }, rest("1 3")));
    assert.ok(!isRest({ __mark: "another", __place: "1 2" }, rest("1 2")));
    assert.ok(!isRest({ __place: "1 2" }, rest("1 2")));
  });
});

describe("the state", () => {
  it("is what the kernel shows, what only the inputs know, and what was kept", () => {
    const seen = { what: "", state: { key: "k", value: "2", restoreOnDelete: true, previousValue: "2" }, place: "1 2" };
    assert.deepEqual(stateOf(sysctl, seen, { key: "k", value: "1", restoreOnDelete: false }, { previousValue: "0" }), {
      key: "k",
      value: "2",
      restoreOnDelete: false,
      previousValue: "0",
      __place: "1 2",
    });
  });

  it("has the mark that the thing bears, if it is one of ours", () => {
    const at = (mark: string) => stateOf(namespace, { what: "", state: { name: "a" }, mark }, {}, {});
    assert.deepEqual(at(MARK), { name: "a", __mark: MARK });
    assert.deepEqual(at("uplink"), { name: "a" });
  });

  it("keeps the mark of before, and of a setting what was found", () => {
    const before = { __mark: MARK, __place: "1", previousValue: "0", value: "1" };
    assert.deepEqual(kept(sysctl, before), { __mark: MARK, previousValue: "0" });
    assert.deepEqual(kept(namespace, before), { __mark: MARK });
    assert.deepEqual(kept(namespace, undefined), {});
  });
});

describe("the inputs that a refresh gives", () => {
  it("have as many elements in a list as there are", () => {
    const way = (n: number, weight = 1) => ({ gateway: `10.0.${n}.2`, device: `veth${n}`, weight });
    const inputs = { destination: "default", nexthops: [{ device: "veth1" }, { gateway: "10.0.2.2", weight: 2 }] };
    const over = (nexthops?: object[]) =>
      overlay(kindNamed("Route"), inputs, { destination: "default", ...(nexthops && { nexthops }) }).nexthops;
    assert.deepEqual(over([way(1), way(2, 2)]), inputs.nexthops);
    assert.deepEqual(over([way(1), way(2), way(3)]), [{ device: "veth1" }, { gateway: "10.0.2.2", weight: 1 }, way(3)]);
    assert.deepEqual(over([way(4)]), [{ device: "veth4" }]);
    assert.equal(over(), undefined);
  });

  it("are those of the program, as the kernel shows them now; what it never said stays unsaid", () => {
    const inputs = { a: { name: "x", mtu: 1400 }, b: { name: "y" } };
    const shown = { a: { name: "x", mtu: 1300, up: false }, b: { name: "y", mtu: 1500 } };
    assert.deepEqual(overlay(kindNamed("VethPair"), inputs, shown), {
      a: { name: "x", mtu: 1300 },
      b: { name: "y" },
    });
  });

  it("lose what the kernel has no more, and keep what it never knew", () => {
    assert.deepEqual(overlay(address, { device: "x", label: "x:1" }, { device: "x" }), { device: "x" });
    assert.deepEqual(overlay(sysctl, { value: "1", restoreOnDelete: false }, { value: "2", restoreOnDelete: true }), {
      value: "2",
      restoreOnDelete: false,
    });
  });
});

describe("what the kernel shows in words of its own", () => {
  const firewall = kindNamed("Firewall");
  const seen = { what: "", state: { name: "fw", rules: "chain a {\n}", ruleset: "chain a {\n}" } };
  const given = { rules: "chain a { } # mine" };
  const rules = (shown?: { ruleset: string }, words: object = given) =>
    inGivenWords(firewall, seen, { ...words }, shown).state.rules;

  it("is as it was given, just now or where it shows what it showed then", () => {
    assert.equal(rules(), given.rules);
    assert.equal(rules({ ruleset: seen.state.ruleset }), given.rules);
    assert.equal(inGivenWords(firewall, seen, given).state.ruleset, seen.state.ruleset);
  });

  it("is the kernel's where that shows something else by now, or nothing was given", () => {
    assert.equal(rules({ ruleset: "chain b {\n}" }), seen.state.rules);
    assert.equal(rules(undefined, {}), seen.state.rules);
  });
});
