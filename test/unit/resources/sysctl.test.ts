import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "../../../provider/core/check";
import { diff } from "../../../provider/core/diff";
import { type Json, Unknown } from "../../../provider/core/values";
import { kindNamed } from "../../support/inputs/states";
import { texts } from "../../support/inputs/valueArbitraries";

const kind = kindNamed("Sysctl");
const KEY = "net.ipv4.ip_forward";

function faults(values: Record<string, unknown>): string[] {
  return parse(kind.inputs, { key: KEY, value: 1, ...values }).faults.map(
    ({ path, reason }) => `${path.join(".")} ${reason}`,
  );
}

describe("the key of a sysctl", () => {
  const OTHER = "key must be a key below `net.`: other keys are not of a network namespace";
  const FORM = "key must not contain white space, `:`, `=` or the patterns `*`, `?`, `[`, `{` of sysctl(8)";
  const EMPTY = "key has an empty part";
  const cases: [key: unknown, faults: string[]][] = [
    [KEY, []],
    ["net.ipv4.conf.eth0/100.rp_filter", []],
    [1, ["key must be a string"]],
    ["", [OTHER]],
    ["kernel.hostname", [OTHER]],
    ["network.x", [OTHER]],
    ["net", [OTHER]],
    ["-net.x", [OTHER]],
    [
      "net/ipv4/ip_forward",
      ["key must be in dotted notation, `net.…` (sysctl(8)): write `/` only for dots in names of devices"],
    ],
    ["net.", [EMPTY]],
    ["net..x", [EMPTY]],
    ["net.ipv4.", [EMPTY]],
    ["net./.x", [EMPTY]],
    // For a `device`, without which Check refuses it: see test/e2e/wrong/sysctl.ts.
    ["net.ipv4.conf.*.rp_filter", []],
    ["net.ipv4.*.rp_filter", [FORM]],
    ["net.ipv4.conf.eth?.rp_filter", [FORM]],
    ["net.ipv4.ip_forward=1", [FORM]],
    ["net.ipv4.ip forward", [FORM]],
    ["net.ipv4.conf.eth0:1.rp_filter", [FORM]],
    ["net.ipv4.ip_forward\n", [FORM]],
  ];
  for (const [key, expected] of cases) {
    it(`${JSON.stringify(key)}: ${expected.join("; ") || "yes"}`, () => assert.deepEqual(faults({ key }), expected));
  }

  it("leads no file of /proc/sys astray", () => {
    const part = fc.constantFrom("net", "a", ".", "/", "..", "x");
    const keys = fc.oneof(
      texts,
      fc.array(part).map((parts) => `net.${parts.join("")}`),
    );
    fc.assert(
      fc.property(keys, (key) => {
        if (faults({ key }).length > 0) return;
        // As sysctl(8) makes a path of it, with its leading slash notation.
        const path = key.replace(/[./]/g, (one) => (one === "." ? "/" : "."));
        assert.ok(!path.split("/").some((one) => ["", ".", ".."].includes(one)), path);
      }),
    );
  });
});

describe("the value of a sysctl", () => {
  const cases: [value: unknown, parsed: string | undefined, faults: string[]][] = [
    [1, "1", []],
    [0, "0", []],
    [-1, "-1", []],
    [0.5, undefined, ["value must be a whole number below 2^53, or else a string"]],
    [1e21, undefined, ["value must be a whole number below 2^53, or else a string"]],
    ["1", "1", []],
    [" 1 ", "1", []],
    ["4096\t131072   6291456", "4096 131072 6291456", []],
    ["cubic", "cubic", []],
    ["", undefined, ["value must not be empty"]],
    ["  ", undefined, ["value must not be empty"]],
    ["1\n2", undefined, ["value must be one line"]],
    ["1\u00002", undefined, ["value must be one line"]],
    [true, undefined, ["value must be a string or a number"]],
    [[1], undefined, ["value must be a string or a number"]],
  ];
  for (const [value, parsed, expected] of cases) {
    it(`${JSON.stringify(value)} is ${expected.join("; ") || JSON.stringify(parsed)}`, () => {
      assert.deepEqual(faults({ value }), expected);
      assert.equal(parse(kind.inputs, { key: KEY, value }).parsed.value, parsed);
    });
  }
});

describe("the id of a sysctl", () => {
  const cases: [id: string, where: object | undefined][] = [
    [`:${KEY}`, { key: KEY }],
    ["net0:net.ipv4.conf.a/1.rp_filter", { namespace: "net0", key: "net.ipv4.conf.*.rp_filter", device: "a.1" }],
    ["net0:net.ipv4.conf.all.rp_filter", { namespace: "net0", key: "net.ipv4.conf.all.rp_filter" }],
    ["net0:net.ipv4.conf.*.rp_filter", undefined],
    [`net0:${KEY}`, { namespace: "net0", key: KEY }],
    [`a:b:${KEY}`, { namespace: "a:b", key: KEY }],
    [`/proc/4242/ns/net:${KEY}`, { namespace: "/proc/4242/ns/net", key: KEY }],
    [KEY, undefined],
    ["", undefined],
    ["net0:", undefined],
    ["net0:kernel.hostname", undefined],
    [`../net0:${KEY}`, undefined],
  ];
  for (const [id, where] of cases) {
    it(`${JSON.stringify(id)} leads to ${JSON.stringify(where) ?? "nothing"}`, () => {
      assert.deepEqual(kind.parseId(id), where);
    });
  }
});

describe("the changes of a sysctl of a device", () => {
  const spelled = { namespace: "x", key: "net.ipv4.conf.a/1.rp_filter", value: "1" };
  const named = { namespace: "x", key: "net.ipv4.conf.*.rp_filter", device: "a.1", value: "1" };
  const changes = (old: Json, want: Json) =>
    diff({ schema: kind.inputs, old, state: old, want }).map(({ path, replaces }) => [path.join("."), replaces]);

  it("are none where only the device is said elsewhere", () => {
    assert.deepEqual([changes(spelled, named), changes(named, spelled)], [[], []]);
  });

  it("are those of what is another one's, and of its value", () => {
    assert.deepEqual(changes(spelled, { ...named, value: "2" }), [["value", false]]);
    assert.deepEqual(changes(named, { ...named, device: "b" }), [["device", true]]);
    assert.deepEqual(changes(named, { ...named, device: Unknown.value }), [["device", true]]);
  });
});
