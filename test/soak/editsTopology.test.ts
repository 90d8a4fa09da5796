import assert from "node:assert/strict";
import fc from "fast-check";
import { asTopology } from "../support/asTopology";
import { choices, handsFor } from "../support/drift";
import { needs } from "../support/need";
import { mustShowTheSame, Seat } from "../support/seat";
import { chains } from "../support/slots";
import { cases } from "../support/soak";
import { actOut, type Hand, isHand } from "../support/story";
import type { Topology } from "../support/topology";

const EDITS = cases(40, 10_000);
const DRIFTS = cases(20, 2_000);

/** Random programs as one Topology each; those that Check refuses are left out. */
const topologies = (lengths: { minLength: number; maxLength: number }) =>
  chains({ ...lengths, areWhole: true }).map((programs) =>
    programs.flatMap((program) => asTopology(program) ?? []).map((one) => [one]),
  );

const drifts = fc
  .tuple(chains({ minLength: 0, maxLength: 0 }), fc.array(choices, { minLength: 1, maxLength: 3 }))
  .filter(([[program = []]]) => asTopology(program) !== undefined)
  .map(([[program = []], hands]): (Hand | Topology)[] => {
    const whole = asTopology(program) ?? [];
    return [whole, ...hands.flatMap((chosen) => [{ lines: handsFor(program, chosen) }, whole])];
  });

describe("A Topology", function () {
  this.timeout(0);
  const seats: Seat[] = [];
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    seats.push(await Seat.start(), await Seat.start());
  });
  const orRenew = async (error: unknown) => {
    await Promise.all(seats.map((seat) => seat.renew()));
    throw error;
  };

  it(`that is edited at random ends as the last one alone, ${EDITS} times`, async () => {
    const [edited, fresh] = seats as [Seat, Seat];
    const end = "then the kernel must be that of the last program alone, a second up do nothing, destroy leave nothing";
    const act = async ([first = [], ...programs]: Topology[]) => {
      await edited.engine.up(first);
      for (const program of programs) {
        await Promise.all([edited.engine.up(program), fresh.engine.up(program)]);
        assert.deepEqual(await edited.engine.up(program), [], "the second up");
        await mustShowTheSame(edited.host, fresh.host, [first, ...programs]);
        await fresh.destroy();
      }
      await edited.destroy();
      return programs.length;
    };
    await actOut(topologies({ minLength: 1, maxLength: 4 }), { count: EDITS, end }, (story) =>
      act(story).catch(orRenew),
    );
  });

  it(`that is changed by hand at random is whole again after one up, ${DRIFTS} times`, async () => {
    const [seat] = seats as [Seat];
    const end = "each up must do what the preview said, and a second up nothing";
    const act = async (story: (Hand | Topology)[]) => {
      let lines: string[] = [];
      for (const one of story) {
        if (isHand(one)) {
          lines = one.lines;
          for (const line of lines) await seat.host.tryRun(["sh", "-c", line]);
          continue;
        }
        const said = await seat.engine.preview(one);
        assert.deepEqual(await seat.engine.up(one), said, `after ${lines.join(", ")}: the up`);
        assert.deepEqual(await seat.engine.up(one), [], `after ${lines.join(", ")}: the second up`);
      }
      await seat.destroy();
      return story.filter((one) => isHand(one) && one.lines.length > 0).length;
    };
    await actOut(drifts, { count: DRIFTS, end }, (story) => act(story).catch(orRenew));
  });

  after(() => Promise.all(seats.map((seat) => seat.stop())));
});
