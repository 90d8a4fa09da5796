import assert from "node:assert/strict";
import fc from "fast-check";
import type { Step } from "../../../provider/kernel/step";
import { type Job, waves } from "../../../provider/kernel/waves";
import { joined, stepsOf } from "../../support/labs";

/** A step by its number, and where it runs. */
interface Place {
  wave: number;
  job: Job;
  at: number;
}

/** The steps of a lab, each told by its `what`, and the place that the waves give to it. */
function placed(lab: Record<string, unknown>) {
  const steps = stepsOf(lab).map((step, index) => ({ ...step, what: `${index}` }));
  const all = waves(steps);
  const places = new Map<string, Place[]>();
  for (const [wave, jobs] of all.entries())
    for (const job of jobs)
      for (const [at, { what }] of job.steps.entries())
        places.set(what, [...(places.get(what) ?? []), { wave, job, at }]);
  return { steps, all, placeOf: ({ what }: Step) => places.get(what) ?? [] };
}

/** Whether one has surely ended when the other begins. */
function isBefore([one]: Place[], [other]: Place[]): boolean {
  if (!one || !other) return false;
  return one.wave < other.wave || (one.job === other.job && one.at < other.at);
}

const property = (check: (lab: ReturnType<typeof placed>) => void) =>
  fc.assert(fc.property(joined.map(placed), check), { numRuns: 300 });

describe("the waves of any topology", () => {
  it("have each step once, in a job of the namespace where it runs", () => {
    property(({ steps, all, placeOf }) => {
      for (const step of steps) assert.equal(placeOf(step).length, 1, step.argv.join(" "));
      assert.equal(all.flat().flatMap((job) => job.steps).length, steps.length);
      for (const { netns, steps: some } of all.flat())
        for (const step of some) assert.equal(step.makes?.name ?? step.netns, netns);
    });
  });

  it("have no more than one job for a namespace in each", () => {
    property(({ all }) => {
      for (const wave of all) assert.equal(new Set(wave.map(({ netns }) => netns)).size, wave.length);
    });
  });

  it("keep the order within a namespace", () => {
    property(({ steps, placeOf }) => {
      const last = new Map<string | undefined, Step>();
      for (const step of steps.filter(({ spans }) => !spans)) {
        const netns = step.makes?.name ?? step.netns;
        const before = last.get(netns);
        if (before) assert.ok(isBefore(placeOf(before), placeOf(step)), `${before.what} before ${step.what}`);
        last.set(netns, step);
      }
    });
  });

  it("make each pair after the namespaces that it spans, and before anything is done with its ends", () => {
    property(({ steps, placeOf }) => {
      const made = new Map(steps.flatMap((step) => (step.makes ? [[step.makes.name, step] as const] : [])));
      for (const [index, step] of steps.entries()) {
        for (const { netns } of step.spans ?? []) {
          const making = made.get(netns ?? "");
          if (making) assert.ok(isBefore(placeOf(making), placeOf(step)), `${netns} before its pair`);
        }
        // The plan of a pair has its two ends behind it.
        const finishing = step.spans ? steps.slice(index + 1, index + 3) : [];
        for (const one of finishing) assert.ok(isBefore(placeOf(step), placeOf(one)), one.argv.join(" "));
      }
    });
  });

  it("run in one wave no two new namespaces with their cables that are joined", () => {
    property(({ steps, all }) => {
      const leaves = all.map((wave) =>
        wave.filter(({ steps: [first, ...others] }) => first?.makes && others.length > 0),
      );
      for (const wave of leaves) {
        const names = new Set(wave.map(({ netns }) => netns));
        for (const { spans = [] } of steps) {
          const within = new Set(spans.map(({ netns }) => netns).filter((netns) => names.has(netns)));
          assert.ok(within.size < 2, [...within].join(" "));
        }
      }
    });
  });

  it("run a pair in one of its two namespaces with that one's words, or in the provider's own", () => {
    property(({ all }) => {
      for (const { netns, argv, spans } of all.flat().flatMap((job) => job.steps)) {
        if (!spans || netns === undefined) continue;
        const words = spans.filter((span) => span.netns === netns).map((span) => span.words);
        assert.ok(words.some((some) => some.join(" ") === argv.slice(1).join(" ")));
      }
    });
  });
});
