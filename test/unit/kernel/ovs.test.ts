import assert from "node:assert/strict";
import fc from "fast-check";
import { mapCommands, ovs, quoted } from "../../../provider/kernel/ovs";
import { decoded, tableIn } from "../../../provider/kernel/ovsTables";
import { texts } from "../../support/inputs/valueArbitraries";

describe("the words of ovs-vsctl", () => {
  it("are one transaction of several commands, which outlives its namespace", () => {
    const place = { namespace: "sw", database: "unix:/run/db.sock" };
    assert.deepEqual(
      ovs(
        place,
        "make it",
        [
          ["add-br", "br0"],
          ["set", "Bridge", "br0", "stp_enable=true"],
        ],
        ["name"],
      ),
      {
        netns: "sw",
        argv: [
          ...["ovs-vsctl", "--db=unix:/run/db.sock", "--timeout=10"],
          ...["--", "add-br", "br0", "--", "set", "Bridge", "br0", "stp_enable=true"],
        ],
        what: "make it",
        property: ["name"],
        outlives: true,
      },
    );
    assert.deepEqual(ovs({}, "look", [["show"]]).argv, ["ovs-vsctl", "--timeout=10", "--", "show"]);
  });

  it("hold any text in quotes, from which it comes back", () => {
    fc.assert(
      fc.property(texts, (text) => {
        assert.match(quoted(text), /^".*"$/s);
        assert.equal(JSON.parse(quoted(text)), text);
      }),
    );
  });

  it("set and take out only the keys of a map that differ", () => {
    const commands = mapCommands(
      ["Bridge", "br0"],
      "other_config",
      { a: "1", b: 'x"', c: undefined },
      { a: "1", c: "3", d: "4" },
    );
    assert.deepEqual(commands, [
      ["set", "Bridge", "br0", 'other_config:"b"="x\\""'],
      ["remove", "Bridge", "br0", "other_config", '"c"'],
    ]);
    assert.deepEqual(mapCommands(["Bridge", "br0"], "other_config"), []);
  });
});

describe("what ovs-vsctl prints", () => {
  const line = (headings: string[], ...data: unknown[][]) => JSON.stringify({ data, headings });

  it("is read by tables: sets, maps and references", () => {
    const ports = tableIn(
      line(
        ["_uuid", "name", "tag", "trunks", "vlan_mode", "external_ids", "interfaces", "fake_bridge"],
        [
          ["uuid", "u1"],
          "p0",
          ["set", []],
          7,
          ["set", []],
          ["map", [["pulumi", "m"]]],
          [
            "set",
            [
              ["uuid", "i1"],
              ["uuid", "i2"],
            ],
          ],
          false,
        ],
        [["uuid", "u2"], "p1", 5, ["set", [9, 8]], "native-tagged", ["map", []], ["uuid", "i3"], true],
      ),
      "ovs-vsctl",
    );
    const read = decoded({ bridges: undefined, ports, interfaces: undefined });
    assert.deepEqual(read.ports, [
      {
        ...{ uuid: "u1", name: "p0", mark: "m", tag: undefined, trunks: [7], vlanMode: undefined },
        ...{ interfaces: ["i1", "i2"], isFakeBridge: false },
      },
      {
        ...{ uuid: "u2", name: "p1", mark: undefined, tag: 5, trunks: [8, 9], vlanMode: "native-tagged" },
        ...{ interfaces: ["i3"], isFakeBridge: true },
      },
    ]);
    assert.deepEqual([read.bridges, read.interfaces], [[], []]);
  });

  it("is an error where it is no table, and never an empty one", () => {
    for (const text of ["", "no json", "[]", "null"]) {
      assert.throws(
        () => tableIn(text, "ovs-vsctl list Port"),
        /^NetnsError: could not read what `ovs-vsctl list Port` printed/,
      );
    }
  });
});
