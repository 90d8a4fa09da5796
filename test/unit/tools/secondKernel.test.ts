import assert from "node:assert/strict";
import { forSecondKernel } from "../../../tools/kernel/secondKernel.mjs";

describe("The second kernel", () => {
  it("gets the tests that this kernel lacks a part for, and no others", () => {
    const titles = [
      "Dummy makes it (needs CONFIG_DUMMY)",
      "links are read (needs CONFIG_DUMMY, CONFIG_VLAN_8021Q)",
      "record does it (needs namespaces of users)",
      "both (needs CONFIG_DUMMY, tcpdump)",
      "one that never runs",
    ];
    const all = titles.map((title) => ({ file: "test/kernel/one.test.ts", title }));
    const found = forSecondKernel([...all, { file: "test/e2e/one.test.ts", title: "an up (needs CONFIG_DUMMY)" }]);
    assert.deepEqual(
      found.map(({ title }) => title),
      titles.slice(0, 2),
    );
  });
});
