import assert from "node:assert/strict";
import { Kernel } from "../../../provider/kernel/kernel";
import { Arrivals } from "../../../provider/lifecycle/arrivals";
import { FakeHost } from "../../support/fakeHost";

describe("what comes in the same run", () => {
  const kernel = new Kernel({ host: new FakeHost(), signal: AbortSignal.timeout(10_000), debug: () => {} });

  it("is waited for", async () => {
    const arrivals = new Arrivals();
    let isThere = false;
    let arrive = () => {};
    const coming = arrivals.while(() => new Promise<void>((done) => (arrive = done)));
    const waiting = arrivals.of(kernel, "it", async () => (isThere ? undefined : "it is not there"));
    isThere = true;
    arrive();
    await Promise.all([coming, waiting]);
  });

  it("is given up when nothing else has been done for a while: what needs it then says what is missing", async () => {
    let looks = 0;
    const lacks = async () => {
      looks += 1;
      return "it is not there";
    };
    await new Arrivals().of(kernel, "it", lacks);
    assert.ok(looks > 1);
  });
});
