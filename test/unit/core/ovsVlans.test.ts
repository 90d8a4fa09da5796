import assert from "node:assert/strict";
import fc from "fast-check";
import { modeToSay, ovsVlanFaults, vlanCommands, vlansOf } from "../../../provider/core/ovsVlans";
import { withDefaults } from "../../../provider/lifecycle/goal";
import { kindNamed } from "../../support/inputs/states";

const MODES = ["access", "trunk", "native-tagged", "native-untagged", "dot1q-tunnel"] as const;
const vlan = fc.constantFrom(5, 6);
const trunks = fc.uniqueArray(vlan).map((vlans) => vlans.sort());

interface Record {
  tag: number | undefined;
  trunks: number[];
  vlanMode: string | undefined;
}
/** Whatever can stand in the database. */
const records: fc.Arbitrary<Record> = fc.record({
  tag: fc.option(vlan, { nil: undefined }),
  trunks,
  vlanMode: fc.option(fc.constantFrom(...MODES), { nil: undefined }),
});
/** What a program can say, in whatever part. */
const said = fc
  .record({ tag: fc.oneof(fc.constant(0), vlan), trunks, vlanMode: fc.constantFrom(...MODES) }, { requiredKeys: [] })
  .filter((one) => ovsVlanFaults(one).length === 0);

/** The record after commands of ovs-vsctl. */
function after(record: Record, commands: string[][]): Record {
  const now = { ...record };
  for (const [verb, , , word = ""] of commands) {
    const [column, value] = word.split("=");
    const given = verb === "clear" ? undefined : value;
    if (column === "tag") now.tag = given === undefined ? undefined : Number(given);
    else if (column === "trunks") now.trunks = given === undefined ? [] : given.split(",").map(Number);
    else now.vlanMode = given;
  }
  return now;
}

describe("the VLANs of an OVS port", () => {
  it("are as the program says, whatever was in the record", () => {
    fc.assert(
      fc.property(records, said, (record, want) => {
        const commands = Object.values(vlanCommands("p0", want, vlansOf(record))).flat();
        const now = vlansOf(after(record, commands));
        assert.deepEqual({ ...now, ...want }, now);
        assert.deepEqual(Object.values(vlanCommands("p0", want, now)).flat(), []);
      }),
    );
  });

  it("can all be said in a program that Check takes, and are then no change", () => {
    fc.assert(
      fc.property(records, (record) => {
        const found = vlansOf(record);
        const { vlanMode: _, ...rest } = found;
        const mode = modeToSay(found);
        const want = { ...rest, ...(mode && { vlanMode: mode }) };
        assert.deepEqual(ovsVlanFaults(want), []);
        assert.deepEqual(Object.values(vlanCommands("p0", want, found)).flat(), []);
      }),
    );
  });

  it("are in the mode that Open vSwitch takes by itself when the program says none any more", () => {
    const kind = kindNamed("OvsPort");
    const at = { bridge: "br0", name: "p0" };
    const old = { ...at, tag: 5, trunks: [6], vlanMode: "native-tagged" };
    assert.deepEqual(withDefaults(kind, { ...at, tag: 5 }, old, old), {
      ...at,
      tag: 5,
      trunks: [],
      vlanMode: "access",
    });
    // Whatever the order in which the engine hands them over.
    const { vlanMode, ...others } = old;
    assert.deepEqual(withDefaults(kind, at, { vlanMode, ...others }, old), {
      ...at,
      tag: 0,
      trunks: [],
      vlanMode: "trunk",
    });
  });

  it("are not refused as long as it is not known what is wrong", () => {
    const unknown = undefined;
    const open: Parameters<typeof ovsVlanFaults>[0][] = [
      { tag: unknown, trunks: [6] },
      { tag: 5, trunks: [6], vlanMode: unknown },
      { tag: unknown, vlanMode: "dot1q-tunnel" },
      { tag: 5, trunks: unknown },
    ];
    assert.deepEqual(open.flatMap(ovsVlanFaults), []);
    assert.equal(ovsVlanFaults({ tag: 5, trunks: [undefined] }).length, 1);
  });
});
