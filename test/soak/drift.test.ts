import assert from "node:assert/strict";
import fc from "fast-check";
import { byName, choices, handsFor } from "../support/drift";
import { needs } from "../support/need";
import { Seat } from "../support/seat";
import { sightOf } from "../support/sight";
import { chains } from "../support/slots";
import { type Snapshot, snapshot } from "../support/snapshot";
import { cases } from "../support/soak";
import { actOut, type Hand, isHand } from "../support/story";
import type { Topology } from "../support/topology";

const DRIFTS = cases(40, 2_000);

const stories = fc
  .tuple(chains({ minLength: 0, maxLength: 0 }), fc.array(choices, { minLength: 1, maxLength: 4 }))
  .map(([[program = []], hands]): [Topology, ...(Hand | Topology)[]] => [
    program,
    ...hands.flatMap((chosen) => [{ lines: handsFor(program, chosen) }, program]),
  ]);

describe("Random drift", function () {
  this.timeout(0);
  let seat: Seat;
  before(needs("root", "nsenter", "ip", "sysctl"));
  before(async () => {
    seat = await Seat.start();
  });

  it(`is what the preview says, and all that the next up changes, ${DRIFTS} times`, async () => {
    const end = "what each preview said must be what the up then changed, and a second up do nothing";
    await actOut(stories, { count: DRIFTS, end }, async ([program, ...rest]) => {
      const drifts = rest.filter(isHand);
      try {
        await seat.engine.up(program);
        for (const { lines } of drifts) {
          for (const line of lines) await seat.host.tryRun(["sh", "-c", line]);
          const before = await snapshot(seat.host);
          const said = await seat.engine.preview(program);
          assert.deepEqual(await seat.engine.up(program), said, `after ${lines.join(", ")}: the up`);
          const seen = changed(program, before, await snapshot(seat.host));
          // What waits is tried again with each device of its namespace that is set up, and leaves nothing to see.
          const waiting = seat.engine.waiting();
          const names = said.map(({ resource }) => resource);
          assert.deepEqual(
            seen,
            names.filter((name) => !waiting.has(name) || seen.includes(name)),
          );
          assert.deepEqual(await seat.engine.up(program), [], `after ${lines.join(", ")}: the second up`);
        }
        await seat.destroy();
      } catch (error) {
        await seat.renew();
        throw error;
      }
      return drifts.filter(({ lines }) => lines.length > 0).length;
    });
  });

  after(() => seat?.stop());
});

function changed(program: Topology, before: Snapshot, after: Snapshot): string[] {
  const texts = byName(program);
  return texts
    .filter((one) => sightOf(one, before) !== sightOf(one, after))
    .map(({ name }) => name)
    .sort();
}
