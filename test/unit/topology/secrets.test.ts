import assert from "node:assert/strict";
import { ReadRequest } from "@pulumi/pulumi/proto/provider_pb";
import fc from "fast-check";
import { getAt, type Json, leaves } from "../../../provider/core/values";
import { definitions } from "../../../provider/definitions";
import { read, secretPaths } from "../../../provider/server/changeRpc";
import { decode, encode } from "../../../provider/server/property";
import { elementsOf, inLists } from "../../../provider/topology/elements";
import { followed } from "../../../provider/topology/secrets";
import { stateFor } from "../../support/inputs/states";
import { anything, checkedLab, lists, MARK, named, pair, topology } from "../../support/inputs/topologyInputs";
import { FakeHost, pluginOn } from "../../support/provider/fakeHost";
import { urn } from "../../support/provider/rpcs";

const LAB = checkedLab({ namespaces: named("a", "b"), vethPairs: [pair("a/x", "b/x")] });

describe("secrets in a Topology", () => {
  const paths = (...secrets: (string | number)[][]) =>
    secretPaths(topology, { values: LAB, secrets }).map((path) => path.join("."));

  it("make secret of an output what is computed from them, in their own element", () => {
    const name = ["namespaces", 1, "name"];
    assert.deepEqual([...new Set(paths(name))], ["namespaces.1.name", "namespaces.1.path"]);
    assert.deepEqual(
      [...new Set(paths(["addresses", 0, "address"]))],
      ["addresses.0.address", "addresses.0.family", "addresses.0.network"],
    );
  });

  it("that are a whole element, or a list, make secret just that, with all that is in it", () => {
    assert.deepEqual([...new Set(paths(["namespaces", 1]))], ["namespaces.1"]);
    assert.deepEqual([...new Set(paths(["vethPairs"]))], ["vethPairs"]);
  });
});

describe("what is secret of an element", () => {
  const lab = (...names: string[]) => ({ namespaces: named(...names) });
  const follow = (before: Json, now: Json, ...secrets: (string | number)[][]) =>
    followed(lists, secrets, before, now).map((path) => path.join("."));

  it("stays so wherever the element stands", () => {
    const name = ["namespaces", 1, "name"];
    assert.deepEqual(follow(lab("a", "b", "c"), lab("b", "c"), name), ["namespaces.0.name"]);
    assert.deepEqual(follow(lab("a", "b"), lab("c", "b", "a"), name, ["namespaces", 0]), [
      "namespaces.1.name",
      "namespaces.2",
    ]);
    assert.deepEqual(follow(lab("a", "b"), lab("a", "c"), ["namespaces"]), ["namespaces"]);
  });

  it("goes with the element, and is not another one's", () => {
    assert.deepEqual(follow(lab("a", "b", "c"), lab("a", "c"), ["namespaces", 1, "name"]), []);
  });

  it("is that of any that was not known, when its own has another name now", () => {
    assert.deepEqual(follow(lab("a", "b"), lab("a", "renamed"), ["namespaces", 1, "name"]), ["namespaces.1.name"]);
  });

  it("is found again by its value, whatever has gone and moved", () => {
    const some = anything.chain((before) =>
      fc.tuple(fc.constant(before), ...lists.map(({ name }) => fc.shuffledSubarray(before[name] as Json[])), fc.nat()),
    );
    fc.assert(
      fc.property(some, ([before, ...rest]) => {
        const now = Object.fromEntries(lists.map(({ name }, index) => [name, rest[index]]));
        const all = leaves(before);
        const { path, value } = all[Number(rest.at(-1)) % all.length] ?? { path: [], value: before };
        for (const there of followed(lists, [path], before, now))
          assert.deepEqual(getAt(now, there), path.length === 0 ? now : value);
      }),
    );
  });

  it("is secret in what Read finds when one before it is gone", async () => {
    const host = new FakeHost();
    host.netlink.add("/run/netns/hunter2", MARK);
    const inputs = checkedLab({ namespaces: named("gone", "hunter2") });
    const state: Json = {
      ...inLists(lists, elementsOf(lists, inputs), ({ kind, values }) => stateFor(kind, values)),
      ...{ __mark: MARK, __places: {}, __unmarked: [], __changes: 1 },
    };
    const secret = [["namespaces", 1, "name"]];
    const request = new ReadRequest().setUrn(urn("Topology", "net")).setId("gone,hunter2");
    request.setInputs(encode(inputs, secret));
    request.setProperties(encode(state, [...secret, ["namespaces", 1, "path"]]));
    const response = await read(pluginOn(host, definitions), topology, request);
    const found = [decode(response.getInputs()), decode(response.getProperties())];
    const shown = found.map(({ secrets }) => [...new Set(secrets.map((path) => path.join(".")))]);
    assert.deepEqual(shown, [["namespaces.0.name"], ["namespaces.0.name", "namespaces.0.path"]]);
    for (const { values } of found) assert.equal(getAt(values, ["namespaces", 0, "name"]), "hunter2");
  });
});
