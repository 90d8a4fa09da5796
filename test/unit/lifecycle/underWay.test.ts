import assert from "node:assert/strict";
import { UnderWay } from "../../../provider/lifecycle/underWay";
import { FakeHost, kernelOn } from "../../support/provider/fakeHost";

/** So long that no test could wait for it, and so short that it is over at once. */
const [LONG_MS, SHORT_MS] = [60_000, 20];

describe("what is under way side by side", () => {
  const cancelled = new AbortController();
  const kernel = kernelOn(new FakeHost(), { signal: cancelled.signal });
  let underWay: UnderWay;
  let end: () => void;
  const lasting = () => underWay.while(() => new Promise<void>((done) => (end = done)));
  const waits = (quietMs: number, look: () => string | undefined) =>
    underWay.while(() => underWay.wait(kernel, "it", { quietMs }, async () => look()));
  const never = () => "it is not there";

  beforeEach(() => {
    underWay = new UnderWay();
  });

  it("is waited for as long as that works, and what comes of it is seen", async () => {
    let isThere = false;
    const [coming, waiting] = [lasting(), waits(LONG_MS, () => (isThere ? undefined : "it is not there"))];
    isThere = true;
    end();
    assert.equal(await waiting, true);
    await coming;
    assert.equal(underWay.ended, 2);
  });

  it("is waited for no longer when nothing has worked for a while", async () => {
    const coming = lasting();
    let looks = 0;
    const waiting = waits(SHORT_MS, () => {
      looks += 1;
      // By now the other one has worked for longer than that.
      if (looks === 6) end();
      return never();
    });
    assert.equal(await waiting, false);
    assert.ok(looks > 6);
    await coming;
  });

  it("counts those that have ended, but not who says that it helps nobody", async () => {
    await underWay.while(async (pass) => pass());
    await underWay.while(async () => {});
    assert.equal(underWay.ended, 1);
  });

  it("does not wait for those that only wait as well", async () => {
    assert.deepEqual(await Promise.all([waits(SHORT_MS, never), waits(SHORT_MS, never)]), [false, false]);
  });

  it("has no room for what is to come as soon as all only wait", async () => {
    const come = new Set(["it"]);
    const full = new UnderWay(() => come.size > 0);
    let seen = 0;
    const look = async () => {
      if (full.isCrowded()) seen += 1;
      return seen > 0 ? undefined : never();
    };
    await full.while(async () => assert.equal(full.isCrowded(), false));
    await full.while(() => full.wait(kernel, "it", { quietMs: LONG_MS }, look));
    assert.equal(seen, 1);
    come.clear();
    assert.equal(await full.while(() => full.wait(kernel, "it", { quietMs: SHORT_MS }, async () => never())), false);
    assert.equal(full.isCrowded(), false);
  });

  it("has no room for what may come as soon as it waits, where the engine does one at a time", async () => {
    const serial = new UnderWay(
      () => false,
      () => true,
    );
    const look = async () => (serial.isCrowded() ? undefined : never());
    assert.equal(await serial.while(() => serial.wait(kernel, "it", { quietMs: LONG_MS }, look)), true);
  });

  it("is waited for no longer when the run is cancelled", async () => {
    const waiting = waits(LONG_MS, never);
    cancelled.abort();
    await assert.rejects(waiting, {
      kind: "cancelled",
      message: /^it: waited for it to become usable\n {2}it is not there/,
    });
  });
});
