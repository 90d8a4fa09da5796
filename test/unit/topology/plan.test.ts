import assert from "node:assert/strict";
import { getAt, type Json, pathText } from "../../../provider/core/values";
import { SettingOwners } from "../../../provider/lifecycle/settingOwners";
import { AF, RT_SCOPE } from "../../../provider/netlink/ip";
import { elementsOf, inLists } from "../../../provider/topology/elements";
import { firstFirst, removal } from "../../../provider/topology/look";
import { planFor } from "../../../provider/topology/plan";
import { recorded } from "../../../provider/topology/record";
import { kindNamed, stateFor } from "../../support/inputs/states";
import { checkedLab, lists, MARK, named, pair } from "../../support/inputs/topologyInputs";
import { FakeHost, kernelOn } from "../../support/provider/fakeHost";
import { fakeLink } from "../../support/provider/fakeNetlink";

const UP = 1;
const OPER_UP = 6;
const LAB = checkedLab({
  namespaces: named("a", "b"),
  vethPairs: [pair("a/eth0", "b/eth0")],
  addresses: [{ namespace: "b", device: "eth0", address: "10.0.0.1/24" }],
});

/** A host with that lab, made under MARK. */
function setUp() {
  const host = new FakeHost();
  for (const [netns, other] of [["a", "b"] as const, ["b", "a"] as const]) {
    const { links, addresses, numbers } = host.netlink.add(`/run/netns/${netns}`, MARK);
    const [lo] = links;
    if (lo) lo.flags |= UP;
    numbers.set(`/run/netns/${other}`, 0);
    const veth = { link: 2, linkNetnsid: 0, linkinfo: { kind: "veth", data: undefined } };
    links.push(
      fakeLink({ index: 2, ifname: "eth0", flags: UP, operstate: OPER_UP, mtu: 1500, ifalias: MARK, ...veth }),
    );
    const address = { family: AF.inet, local: "10.0.0.1", address: "10.0.0.1", prefixlen: 24, label: "eth0" };
    if (netns === "b") addresses.push({ ...address, index: 2, scope: RT_SCOPE.global, flags8: 0 });
  }
  const kernel = kernelOn(host);
  const resource = { urn: "urn:pulumi:dev::lab::netns:index:Topology::net", isSecret: () => false, warn: assert.fail };
  const state = {
    ...inLists(lists, elementsOf(lists, LAB), ({ kind, values }) => stateFor(kind, values)),
    __mark: MARK,
  };
  const plan = (want: Json) =>
    planFor({ resource, kernel, subject: "lab", mark: MARK, settingOwners: new SettingOwners() }, lists, {
      was: recorded(lists, state),
      oldInputs: LAB,
      state,
      want: checkedLab(want),
    });
  return { plan };
}

const paths = (things: readonly { path: readonly (string | number)[] }[]) => things.map(({ path }) => pathText(path));

describe("things of one kind", () => {
  it("are made in an order in which they can be, taken away in the other, and else stand as in the program", () => {
    const kind = kindNamed("Rule");
    const rule = (to: string | undefined, table: number) => ({
      kind,
      state: { priority: 9, family: "inet", to, table },
    });
    const [narrow, other, wide, last] = [
      rule("10.0.0.0/8", 7),
      rule(undefined, 8),
      rule(undefined, 7),
      rule("1.1.1.1/32", 7),
    ];
    const rules = [narrow, other, wide, last];
    assert.deepEqual(
      firstFirst(rules, ({ state }) => state),
      [wide, narrow, other, last],
    );
    assert.deepEqual(
      removal(rules.map((one) => ({ ...one, seen: { what: "", state: one.state } }))).map(({ argv }) =>
        argv.slice(5).join(" "),
      ),
      ["to 1.1.1.1/32 lookup 7", "lookup 8", "to 10.0.0.0/8 lookup 7", "lookup 7"],
    );
  });
});

describe("the plan of an update", () => {
  it("has nothing to do where nothing differs", async () => {
    const { removed, tasks, rests } = await setUp().plan(LAB);
    assert.deepEqual({ removed, tasks, rests }, { removed: [], tasks: [], rests: [] });
  });

  it("has what stays as it is, and what it is to become", async () => {
    const [one] = LAB.vethPairs as Json[];
    const { removed, tasks } = await setUp().plan({
      ...LAB,
      vethPairs: [{ ...one, a: { ...(one?.a as Json), mtu: 9000 } }],
    });
    assert.deepEqual(removed, []);
    assert.deepEqual(paths(tasks), ["vethPairs[0]"]);
    assert.deepEqual(
      tasks.map(({ goal, have }) => [getAt(goal, ["a", "mtu"]), getAt(have, ["a", "mtu"])]),
      [[9000, 1500]],
    );
  });

  it("has what leaves make room for what comes, whatever their kinds", async () => {
    const bridges = [{ name: "eth0", namespace: "a" }];
    const { removed, tasks, rests } = await setUp().plan({ namespaces: named("a", "b"), bridges });
    assert.deepEqual([paths(removed), paths(tasks), rests], [["vethPairs[0]", "addresses[0]"], ["bridges[0]"], []]);
  });

  it("refuses what would come into the place of what stays as it is", async () => {
    const bridges = [{ name: "lo", namespace: "b" }];
    const want = { namespaces: named("a", "b"), bridges };
    await assert.rejects(setUp().plan(want), /\n {2}bridges\[0\]: there is a device b\/lo that is no bridge\n/);
  });

  it("takes things away, and would make them again, in an order in which one can need another", async () => {
    // The pair is replaced, while what its other end was in goes with the address there.
    const want = { namespaces: named("a", "c"), vethPairs: [pair("a/eth0", "c/eth0")] };
    const { removed, tasks } = await setUp().plan(want);
    assert.deepEqual(paths(removed), ["namespaces[1]", "vethPairs[0]", "addresses[0]"]);
    assert.deepEqual(paths(tasks), ["namespaces[1]", "vethPairs[0]"]);
    assert.deepEqual(
      removal(removed).map(({ what }) => what),
      ["remove the pair", "remove the namespace"],
    );
    const again = removed.flatMap(({ kind, state }) => kind.plan(state, undefined, MARK));
    assert.deepEqual(
      again.map(({ what }) => what),
      [
        "make the namespace",
        "set lo up",
        "make the pair",
        "mark end b and set it up",
        "mark end a and set it up",
        "add the address",
      ],
    );
  });
});
