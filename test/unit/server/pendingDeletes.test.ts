import assert from "node:assert/strict";
import { Unknown } from "../../../provider/core/values";
import { UnderWay } from "../../../provider/lifecycle/underWay";
import { PendingDeletes } from "../../../provider/server/pendingDeletes";
import { FakeHost, kernelOn } from "../../support/provider/fakeHost";

describe("What is made in the place of what the engine deletes along with something else", () => {
  const cancelled = new AbortController();
  const kernel = kernelOn(new FakeHost(), { signal: cancelled.signal });
  const told: string[] = [];
  let pending: PendingDeletes;
  let isPast: boolean;
  const gone = (urn: string) => pending.gone(urn, `Address ${urn}`, kernel).then(() => told.push(`${urn} is made`));
  const deletion = (urn: string, end = async () => {}) =>
    pending.deletion(urn, async () => {
      await end();
      told.push(`${urn} is deleted`);
    });

  beforeEach(() => {
    told.length = 0;
    isPast = false;
    pending = new PendingDeletes(new UnderWay(), (urn) => urn === "a" && isPast);
    pending.noteDiff("a", { namespace: "x", device: [{ name: Unknown.value }] });
    pending.noteDiff("b", { namespace: "x", device: "y" });
  });

  it("waits for the deletion of its own, however many others there are", async () => {
    const made = gone("a");
    await deletion("c");
    await deletion("a");
    await made;
    assert.deepEqual(told, ["c is deleted", "a is deleted", "a is made"]);
  });

  it("does not wait where it was deleted already, or is not one of them", async () => {
    await deletion("a");
    await gone("a");
    await gone("b");
    assert.deepEqual(told, ["a is deleted", "a is made", "b is made"]);
  });

  it("waits for none that the engine skips: what it stood on is made anew by then", async () => {
    const made = gone("a");
    await deletion("c");
    told.push("what a stood on is made");
    isPast = true;
    await made;
    assert.deepEqual(told, ["c is deleted", "what a stood on is made", "a is made"]);
  });

  it("is refused when a deletion has failed, which its own would have come after", async () => {
    const made = gone("a");
    const failed = deletion("urn:pulumi:test::lab::netns:index:Address::c", () => Promise.reject(new Error("busy")));
    await assert.rejects(failed, { message: "busy" });
    await assert.rejects(made, { message: /^Address a: not made, because the deletion of `c` has failed, .*\n/ });
  });

  it("waits no longer when the run is cancelled", async () => {
    const made = gone("a");
    cancelled.abort();
    await assert.rejects(made, { kind: "cancelled", message: /the engine has not had the one deleted yet/ });
  });
});
