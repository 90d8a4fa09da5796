import assert from "node:assert/strict";
import fc from "fast-check";
import { asList, byId, type Vlan, vlanFaults, vlanSet } from "../../../provider/core/vlans";

const ids = fc.integer({ min: 1, max: 60 });
const vlans: fc.Arbitrary<Vlan[]> = fc
  .uniqueArray(fc.record({ vid: ids, pvid: fc.boolean(), untagged: fc.boolean() }), { selector: ({ vid }) => vid })
  .map((list) => list.map((one, index) => (index === 0 ? one : { ...one, pvid: false })))
  .filter((list) => list.length > 0);

describe("a set of VLANs", () => {
  it("has one form, whatever the order and the ranges that it is written in", () => {
    const list: Vlan[] = [
      { vid: 12 },
      { vid: 10, vidEnd: 11, untagged: false },
      { vid: 30, untagged: true },
      { vid: 5, pvid: true, untagged: true },
      { vid: 31, vidEnd: 31, untagged: true },
    ];
    const form = [
      { vid: 5, pvid: true, untagged: true },
      { vid: 10, vidEnd: 12 },
      { vid: 30, vidEnd: 31, untagged: true },
    ];
    assert.deepEqual(vlanSet().parse(list), form);
    assert.deepEqual(vlanSet().parse([...list].reverse()), form);
  });

  it("keeps each VLAN with its flags in that form, which stays as it is", () => {
    fc.assert(
      fc.property(vlans, (list) => {
        const form = vlanSet().parse(list);
        assert.deepEqual(new Map([...byId(form)].sort()), new Map([...byId(list)].sort()));
        assert.deepEqual(vlanSet().parse(form), form);
        assert.deepEqual(asList(byId(form)), form);
        assert.deepEqual(vlanFaults(form), []);
      }),
    );
  });

  it("never has a range with the VLAN that untagged frames are of, which `bridge` does not take", () => {
    const list = [{ vid: 1, pvid: true }, { vid: 2 }, { vid: 3 }];
    assert.deepEqual(vlanSet().parse(list), [
      { vid: 1, pvid: true },
      { vid: 2, vidEnd: 3 },
    ]);
  });

  it("stays as it is written where it contradicts itself, so that the faults name its entries", () => {
    const list = [{ vid: 9 }, { vid: 5, vidEnd: 9 }];
    assert.deepEqual(vlanSet().parse(list), list);
    assert.deepEqual(vlanFaults(list), [
      { path: ["vlans", 1, "vid"], reason: "is already in the list, alone or in a range" },
    ]);
  });
});
