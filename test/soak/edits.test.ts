import assert from "node:assert/strict";
import { needs } from "../support/need";
import { mustShowTheSame, Seat } from "../support/seat";
import { chains } from "../support/slots";
import { cases } from "../support/soak";
import { actOut } from "../support/story";

const EDITS = cases(40, 10_000);

describe("Random edits of a program", function () {
  this.timeout(0);
  const seats: Seat[] = [];
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    seats.push(await Seat.start(), await Seat.start());
  });

  it(`end as the last program alone, ${EDITS} times`, async () => {
    const [edited, fresh] = seats as [Seat, Seat];
    const end = "then the kernel must be that of the last program alone, a second up do nothing, destroy leave nothing";
    await actOut(chains({ minLength: 1, maxLength: 4 }), { count: EDITS, end }, async (programs) => {
      try {
        await edited.engine.up(programs[0] ?? []);
        for (const program of programs.slice(1)) {
          await Promise.all([edited.engine.up(program), fresh.engine.up(program)]);
          assert.deepEqual(await edited.engine.up(program), [], "the second up");
          await mustShowTheSame(edited.host, fresh.host, programs);
          await fresh.destroy();
        }
        await edited.destroy();
      } catch (error) {
        await Promise.all(seats.map((seat) => seat.renew()));
        throw error;
      }
      return programs.length - 1;
    });
  });

  after(() => Promise.all(seats.map((seat) => seat.stop())));
});
