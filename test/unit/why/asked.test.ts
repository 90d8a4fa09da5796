import assert from "node:assert/strict";
import { refuseMany } from "../../../provider/why/asked";
import { graphOfLines } from "../../support/inputs/labLines";

describe("An address that `netns why` is asked for", () => {
  const graph = graphOfLines(`
    cable a/eth0 b/eth0
    address a/eth0 10.0.0.1/24
    address b/eth0 10.0.1.0/31
    address b/eth0 fd00::1/64`);

  it("is not one that many hosts get, or none", () => {
    for (const to of ["10.0.0.255", "255.255.255.255", "224.0.0.1", "ff02::1", "0.0.0.0", "::"]) {
      assert.throws(() => refuseMany(to, graph), /^NetnsError: \S+ is (a|the) \w+/, to);
    }
  });

  it("is any other, and the name of a host", () => {
    for (const to of ["10.0.0.2", "10.0.1.1", "fd00::ffff:ffff:ffff:ffff", "b"]) refuseMany(to, graph);
  });
});
