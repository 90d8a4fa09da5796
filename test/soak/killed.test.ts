import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import pLimit from "p-limit";
import { makeProject, remove } from "../support/engine/project";
import { Stack } from "../support/engine/pulumi";
import { type Kill, MOMENTS, type Moment, type Victim } from "../support/faults/faultPlan";
import { LabHost } from "../support/labHost/labHost";
import { needs } from "../support/suites/needs";
import { cases, isSoak } from "../support/suites/soak";
import { killsAt } from "./killed/kills";
import { SINGLE, TOPOLOGY } from "./killed/lab";
import { KilledRuns, type Operation } from "./killed/runs";

const OPERATIONS: Record<string, Operation> = {
  create: { command: "up", lab: "first" },
  update: { from: "first", command: "up", lab: "changed" },
  replace: { from: "first", command: "up", lab: "replaced" },
  delete: { from: "first", command: "destroy", lab: "first" },
  "delete, destroyed again": { from: "first", command: "destroy", lab: "first", thenDestroy: true },
};

const WHEN: Record<Moment, string> = {
  before: "before a change",
  after: "after a change, before its answer",
  answered: "after a change and its answer",
};

/** A case is an engine and a provider: more than two of them side by side only wait for each other. */
const SIDE_BY_SIDE = 2;
/** The same lab in two forms. */
const FORMS = [
  { form: "of single resources", program: SINGLE },
  { form: "of a Topology", program: TOPOLOGY },
];
/** How many kills of each form, operation and moment. */
const KILLS = cases(1, Infinity);

/** One case to run alone, as a failure prints it: `VICTIM N WORDS`, the Nth change with these words. */
const ALONE = /^(\w+) (\d+) (.*)$/.exec(process.env.NETNS_KILLED ?? "");

for (const [formIndex, { form, program }] of FORMS.entries()) {
  describe(`A run ${form} that is killed`, function () {
    // Each engine and each wait has an end of its own; how many there are is for NETNS_SOAK to say.
    this.timeout(0);
    let folder: string;
    let runs: KilledRuns;
    before(needs("root", "nsenter", "unshare", "ip", "nft", "pulumi"));
    before(async () => {
      folder = await makeProject(program);
      runs = new KilledRuns(folder);
    });
    after(() => folder && remove(folder));

    for (const [index, [name, operation]] of Object.entries(OPERATIONS).entries()) {
      describe(name, () => {
        for (const moment of momentsOf(formIndex, index)) {
          it(`${WHEN[moment]}: the next run converges, destroy leaves just what was there before [37] [38]`, async () => {
            const limit = pLimit(SIDE_BY_SIDE);
            const failures: string[] = [];
            const kills = ALONE ? [alone(ALONE, moment)] : killsAt(moment, await runs.changes(operation), KILLS);
            const run = (kill: Kill) =>
              runs.kill(operation, kill).catch((error: Error) => {
                const failure = `${again(`${form} that is killed ${name}`, kill)}\n${error.message}`;
                failures.push(failure);
                // At once: the last case of a soak may be hours away.
                console.error(failure);
              });
            await Promise.all(kills.map((kill) => limit(run, kill)));
            assert.equal(failures.length, 0, `${failures.length} of ${kills.length} cases:\n${failures.join("\n")}`);
          });
        }
      });
    }
  });
}

describe("An engine that is killed", () => {
  before(needs("root", "nsenter", "ip", "pulumi"));

  it("cuts no file of the state short: it makes none but those that it moves into place", async () => {
    const folder = await makeProject(SINGLE);
    const host = await LabHost.start();
    const stack = await Stack.open({ host, folder });
    const files = await readdir(new URL(String(stack.env.PULUMI_BACKEND_URL)).pathname, { recursive: true });
    await stack.close();
    await host.stop();
    await remove(folder);
    assert.ok(files.some((file) => file.endsWith("test.json")));
    assert.deepEqual(
      files.filter((file) => file.endsWith(".attrs")),
      [],
    );
  });
});

/** The moments of an operation: `npm test` has one of each, in one form or the other. */
function momentsOf(form: number, operation: number): Moment[] {
  if (isSoak || ALONE) return [...MOMENTS];
  return (form + operation) % FORMS.length === 0
    ? MOMENTS.filter((_, moment) => moment === operation % MOMENTS.length)
    : [];
}

function alone([, victim, at, words]: RegExpExecArray, moment: Moment): Kill {
  return { words: words ?? "", at: Number(at), moment, victim: victim as Victim };
}

/** The line to type for a case alone. */
function again(operation: string, { words, at, moment, victim }: Kill): string {
  const title = `${operation} ${WHEN[moment]}`;
  return `NETNS_KILLED='${victim} ${at} ${words}' npm test -- test/soak/killed.test.ts --grep '${title}'`;
}
