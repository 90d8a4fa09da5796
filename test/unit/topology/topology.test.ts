import assert from "node:assert/strict";
import { getAt, type Json, Unknown } from "../../../provider/core/values";
import { definitions } from "../../../provider/definitions";
import { previewUpdate } from "../../../provider/server/preview";
import { elementsOf, inLists } from "../../../provider/topology/elements";
import { recorded } from "../../../provider/topology/record";
import { stateFor } from "../../support/inputs/states";
import { checkedLab, lists, MARK, named, pair, topology } from "../../support/inputs/topologyInputs";
import { FakeHost, pluginOn } from "../../support/provider/fakeHost";
import { Rpcs } from "../../support/provider/rpcs";
import { checked } from "../server/rpc";

const unknown = Unknown.value;
const address = { namespace: "a", device: "x", address: "10.0.0.1/24" };
const EMPTY = Object.fromEntries(lists.map(({ name }) => [name, []]));
const LAB = checkedLab({ namespaces: named("a", "b"), vethPairs: [pair("a/x", "b/x")], addresses: [address] });
const STATE: Json = {
  ...inLists(lists, elementsOf(lists, LAB), ({ kind, values }) => stateFor(kind, values)),
  ...{ __mark: MARK, __changes: 1 },
};
const [PAIR] = LAB.vethPairs as [Json];

function setUp() {
  const host = new FakeHost();
  return { host, rpcs: new Rpcs(pluginOn(host, definitions)) };
}

describe("Check of a Topology", () => {
  const { rpcs } = setUp();

  it("gives each element its defaults and its canonical form, and adds no list and no name", () => {
    const news = { namespaces: [{ name: "a" }], addresses: [{ device: "x", address: "FD00:0::1/64" }] };
    assert.deepEqual(rpcs.check("Topology", "net", news), {
      inputs: { namespaces: [{ name: "a", loopbackUp: true }], addresses: [{ device: "x", address: "fd00::1/64" }] },
      failures: [],
    });
    assert.deepEqual(rpcs.check("Topology", "net", {}), { inputs: {}, failures: [] });
    assert.deepEqual(rpcs.check("Topology", "net", { namespaces: [{}] }).failures, ["namespaces[0].name: is required"]);
  });

  it("keeps what is not known: a part, an element, a list", () => {
    const news = {
      namespaces: unknown,
      vethPairs: [unknown, { a: { name: "x", namespace: unknown, up: true }, b: unknown }],
    };
    assert.deepEqual(rpcs.check("Topology", "net", news), { inputs: news, failures: [] });
  });

  it("changes nothing the second time", () => {
    assert.deepEqual(rpcs.check("Topology", "net", LAB, LAB), { inputs: LAB, failures: [] });
  });

  it("keeps secrets where they are, and tells of a secret list no more than why it is wrong", () => {
    const news = { namespaces: [{ name: "a" }, { name: "b/hunter2" }] };
    const within = checked(topology, { news, secrets: [["namespaces", 1, "name"]] });
    assert.deepEqual(within.secrets, [["namespaces", 1, "name"]]);
    const { failures } = checked(topology, { news: { namespaces: "hunter2" }, secrets: [["namespaces"]] });
    assert.deepEqual(failures, [["", "namespaces: must be a list"]]);
    for (const [property, reason] of within.failures) assert.ok(!`${property} ${reason}`.includes("hunter2"));
  });
});

describe("Diff of a Topology", () => {
  it("is none to a state that knew rules by their priorities alone", () => {
    const { rpcs } = setUp();
    const rules = [
      { namespace: "a", priority: 100, from: "10.0.0.0/8", fwmark: "16/255" },
      { namespace: "a", priority: 101, action: "blackhole", family: "inet6" },
      { namespace: "a", priority: 102, table: 7, iif: "x", oif: "x" },
    ];
    const { inputs } = rpcs.check("Topology", "net", { rules });
    const state = {
      ...EMPTY,
      ...inLists(lists, elementsOf(lists, inputs), ({ kind, values }) => stateFor(kind, values)),
    };
    assert.deepEqual(rpcs.diff("Topology", { id: "a", inputs, state }, inputs).details, []);
    assert.deepEqual(recorded(lists, state).things.size, 3);
  });

  const { rpcs } = setUp();
  const diff = (news: Json) => rpcs.diff("Topology", { id: "a,b", inputs: LAB, state: STATE }, news);

  it("is none to the same, and touches no host", () => {
    const { details, response } = diff(LAB);
    assert.deepEqual([details, response.getDiffsList(), response.getChanges()], [[], [], 1]);
  });

  it("names each change at its place, and its list as what differs", () => {
    const wider = { ...PAIR, b: { ...(PAIR.b as Json), mtu: 9000 } };
    const { namespaces } = checkedLab({ namespaces: named("a", "c", "b") });
    const { details, replaces, response } = diff({ ...LAB, namespaces, vethPairs: [wider] });
    assert.deepEqual(details, ["namespaces[1]: ADD", "vethPairs[0].b.mtu: ADD"]);
    assert.deepEqual([replaces, response.getDiffsList().sort()], [[], ["namespaces", "vethPairs"]]);
  });

  it("replaces nothing, whatever of it changes", () => {
    const want = checkedLab({ namespaces: named("c"), vethPairs: [pair("a/x", "b/other")] });
    const { details, replaces } = diff(want);
    assert.ok(details.length > 0 && !details.join().includes("REPLACE"), details.join());
    assert.deepEqual(replaces, []);
  });
});

describe("the preview of a Topology", () => {
  it("of a create says what is certain of each element, and of the rest that it is not known", async () => {
    const { host, rpcs } = setUp();
    const ends = ["a", "b"].map((key) => ({
      ...(PAIR[key] as Json),
      ...{ mac: unknown, mtu: unknown, ifindex: unknown, operState: unknown },
    }));
    assert.deepEqual(await rpcs.preview("Topology", "net", LAB), {
      ...EMPTY,
      namespaces: ["a", "b"].map((name) => ({ name, loopbackUp: true, path: `/run/netns/${name}`, inode: unknown })),
      vethPairs: [{ a: ends[0], b: ends[1] }],
      addresses: [{ ...address, family: "inet", network: "10.0.0.0/24" }],
    });
    assert.deepEqual(host.touched, []);
  });

  it("of what is not known yet promises nothing", async () => {
    const { rpcs } = setUp();
    const open = { namespaces: unknown, vethPairs: [unknown], addresses: [{ ...address, address: unknown }] };
    assert.deepEqual(await rpcs.preview("Topology", "net", open), {
      ...{ ...EMPTY, namespaces: unknown, vethPairs: [unknown] },
      addresses: [{ ...address, address: unknown, family: unknown, network: unknown }],
    });
  });

  const preview = (news: Json) => previewUpdate(topology, news, LAB, STATE);
  const shown = (news: Json, ...path: (string | number)[]) => getAt(preview(news), path);

  it("of an update keeps what stays, in the order in which it is wanted", () => {
    const { __mark, __changes, ...outputs } = STATE;
    assert.deepEqual(preview(LAB), outputs);
    const { namespaces } = checkedLab({ namespaces: named("new", "b", "a") });
    const [a, b] = STATE.namespaces as Json[];
    const path = "/run/netns/new";
    const made = { name: "new", loopbackUp: true, path, inode: unknown };
    assert.deepEqual(shown({ ...LAB, namespaces }, "namespaces"), [made, b, a]);
  });

  it("of an update keeps of an edited element what tells it from others, and of a replaced one nothing", () => {
    const wider = { ...PAIR, a: { ...(PAIR.a as Json), mtu: 9000 } };
    const end = shown({ ...LAB, vethPairs: [wider] }, "vethPairs", 0, "a") as Json;
    assert.deepEqual([end.mtu, end.ifindex, end.mac], [9000, 2, unknown]);
    const other = { ...PAIR, b: { ...(PAIR.b as Json), name: "other" } };
    assert.equal(shown({ ...LAB, vethPairs: [other] }, "vethPairs", 0, "a", "ifindex"), unknown);
    assert.equal(shown({ ...LAB, vethPairs: unknown }, "vethPairs"), unknown);
    assert.deepEqual(shown({ ...LAB, vethPairs: [unknown] }, "vethPairs"), [unknown]);
  });
});
