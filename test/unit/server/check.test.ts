import assert from "node:assert/strict";
import fc from "fast-check";
import { type Json, Unknown } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { inputsOf } from "../../support/inputs/arbitraries";
import { kindNamed } from "../../support/inputs/states";
import { checked } from "./rpc";

const namespace = kindNamed("Namespace");
const pair = kindNamed("VethPair");
const address = kindNamed("Address");

describe("Check of a name", () => {
  it("takes the resource's logical name where the program gives none", () => {
    assert.deepEqual(checked(namespace, { news: {} }).inputs, { name: "logical", loopbackUp: true });
    assert.equal(checked(namespace, { news: { name: null } }).inputs.name, "logical");
    assert.equal(checked(namespace, { news: {}, onlyUrn: true }).inputs.name, "logical");
  });

  it("keeps the name of before, so that a resource with another logical name is not replaced", () => {
    assert.equal(checked(namespace, { news: {}, olds: { name: "old" } }).inputs.name, "old");
    assert.equal(checked(namespace, { news: { name: "new" }, olds: { name: "old" } }).inputs.name, "new");
  });

  it("leaves a name that is not known yet unknown", () => {
    assert.equal(checked(namespace, { news: { name: Unknown.value } }).inputs.name, Unknown.value);
  });

  it("says where a name that is refused comes from", () => {
    const REASON = "must not contain `/`: it is the name of a file under /run/netns";
    assert.deepEqual(checked(namespace, { news: {}, name: "a/b" }).failures, [
      ["", `name: ${REASON} (it comes from the resource's logical name: set \`name\`)`],
    ]);
    assert.deepEqual(checked(namespace, { news: { name: "a/b" } }).failures, [["name", REASON]]);
  });

  it("gives no name to a kind that has none", () => {
    assert.deepEqual(checked(address, { news: {} }).failures, [
      ["", "device: is required"],
      ["", "address: is required"],
    ]);
  });
});

describe("Check of inputs", () => {
  it("tells every fault with its path, those between properties as well, and names those that have a value to show", () => {
    const news = { a: { name: "v", mtu: 1 }, b: { name: "v", mac: "x", more: 1 }, c: true };
    assert.deepEqual(checked(pair, { news }).failures, [
      ["", "a.mtu: is below 68, the minimum of IPv4 (RFC 791)"],
      ["", "b.mac: must be six bytes in hexadecimal with colons, such as 02:00:00:00:00:01"],
      ["", "b.more: is not a property of this; there are `name`, `namespace`, `mac`, `mtu`, `up`"],
      ["c", "is not a property of this; there are `a`, `b`"],
      ["", "b.name: is the name of end `a` in the same namespace: the two ends must differ"],
    ]);
  });

  it("gives back what the program wrote where something is wrong", () => {
    const news = { device: "veth0", address: "2001:DB8::1" };
    assert.deepEqual(checked(address, { news }).inputs, news);
  });

  it("keeps secrets where they are, in canonical form", () => {
    const news = { a: { name: "x", mac: "02:00:00:00:00:0A" }, b: { name: "y" } };
    const { inputs, secrets, failures } = checked(pair, { news, secrets: [["a", "mac"], ["b"]] });
    assert.deepEqual(failures, []);
    assert.deepEqual(secrets, [["a", "mac"], ["b"]]);
    assert.deepEqual(inputs, { a: { name: "x", mac: "02:00:00:00:00:0a", up: true }, b: { name: "y", up: true } });
  });

  it("keeps what is unknown, at any depth", () => {
    const news = { a: { name: "x", namespace: Unknown.value }, b: Unknown.value };
    assert.deepEqual(checked(pair, { news }), {
      inputs: { a: { ...news.a, up: true }, b: Unknown.value },
      secrets: [],
      failures: [],
    });
  });

  it("changes nothing the second time", () => {
    for (const kind of kinds) {
      fc.assert(
        fc.property(inputsOf(kind), (inputs) => {
          assert.deepEqual(checked(kind, { news: inputs, olds: inputs }), { inputs, secrets: [], failures: [] });
        }),
        { numRuns: 30 },
      );
    }
  });
});

describe("a fault in a secret", () => {
  it("names no top-level property, whose value the engine would print", () => {
    const news = { device: "a/b", address: "hunter2" };
    const { failures } = checked(address, { news, secrets: [["address"]] });
    assert.deepEqual(failures, [
      ["device", "must not contain `/`"],
      ["", "address: must be an IPv4 or IPv6 address with prefix length, such as 10.0.1.1/24 or 2001:db8::1/64"],
    ]);
  });

  it("is hidden as well where only a part of the property is secret", () => {
    const { failures } = checked(pair, { news: { a: ["x"], b: { name: "y" } }, secrets: [["a", 0]] });
    assert.deepEqual(failures, [["", "a: must be an object"]]);
  });

  it("is told by its path where that is nested", () => {
    const news = { a: { name: "x", mac: "hunter2" }, b: { name: "y" } };
    const { failures } = checked(pair, { news, secrets: [["a", "mac"]] });
    assert.deepEqual(failures, [
      ["", "a.mac: must be six bytes in hexadecimal with colons, such as 02:00:00:00:00:01"],
    ]);
  });

  it("never tells the secret, whichever property it is in", () => {
    for (const kind of kinds) {
      for (const key of Object.keys(kind.inputs.shape)) {
        const news: Json = { [key]: "hunter2 /:\n" };
        const { failures } = checked(kind, { news, secrets: [[key]] });
        for (const [property, reason] of failures) {
          assert.ok(property !== key && !reason?.includes("hunter2"), `${property}: ${reason}`);
        }
      }
    }
  });
});
