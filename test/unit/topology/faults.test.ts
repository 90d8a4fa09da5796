import assert from "node:assert/strict";
import { pathText } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { listsOf } from "../../../provider/topology/elements";
import { faultsBetween } from "../../../provider/topology/faults";

const AGAIN = "addresses[1].address: is that of `addresses[0].address` in the same namespace";

describe("One address twice in a namespace of a Topology", () => {
  const faults = (address: string, first: object, second: object) => {
    const addresses = [
      { namespace: "net0", device: "p1", address, ...first },
      { namespace: "net0", device: "p2", address, ...second },
    ];
    return faultsBetween(listsOf(kinds), { addresses }).map(({ path, reason }) => `${pathText(path)}: ${reason}`);
  };

  it("is refused, for it is most likely a mistake", () => {
    assert.deepEqual(faults("10.0.0.1/24", {}, {}), [AGAIN]);
    assert.deepEqual(faults("2001:db8::1/64", {}, {}), [AGAIN]);
  });

  it("is taken on links to peers, those that are not known yet as well", () => {
    assert.deepEqual(faults("10.0.0.1/32", { peer: "10.0.0.2" }, { peer: "10.0.0.3" }), []);
    assert.deepEqual(faults("10.0.0.1/32", { peer: "10.0.0.2" }, { peer: undefined }), []);
    assert.deepEqual(faults("10.0.0.1/32", {}, { peer: "10.0.0.3" }), []);
  });

  it("is taken where it is link-local, for each link has its own", () => {
    assert.deepEqual(faults("fe80::1/64", {}, {}), []);
  });

  it("is refused on one device, with whatever peers", () => {
    const [fault] = faults("10.0.0.1/32", { device: "p1", peer: "10.0.0.2" }, { device: "p1", peer: "10.0.0.3" });
    assert.equal(fault, "addresses[1]: is the same as `addresses[0]`");
  });
});
