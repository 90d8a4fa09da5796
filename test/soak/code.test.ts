import assert from "node:assert/strict";
import { agree, LabStack, shown } from "../support/engine/labStack";
import { programSequences } from "../support/programs/blueprint";
import type { Program } from "../support/programs/program";
import { checkScenarios } from "../support/programs/scenario";
import { written } from "../support/programs/written";
import { needs } from "../support/suites/needs";
import { cases } from "../support/suites/soak";

const LABS = cases(4, 2_000);

describe("What is there, written as a program", function () {
  this.timeout(0);
  const stacks: LabStack[] = [];
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    stacks.push(await LabStack.start(), await LabStack.start());
  });
  const orRenew = async (error: unknown) => {
    await Promise.all(stacks.map((stack) => stack.renew()));
    throw error;
  };

  it(`makes the same on another host, ${LABS} random labs`, async () => {
    const [one, other] = stacks as [LabStack, LabStack];
    const end = "what is there is read as a program, and that is brought up on an empty host: it must show the same";
    const act = async ([program = []]: Program[]) => {
      await one.engine.up(program);
      const names = (await one.host.json<{ name: string }[]>(["ip", "-j", "netns"])).map(({ name }) => name);
      await one.provider.begin();
      const inventory = await one.provider.inventory([undefined, ...names.reverse()]);
      await one.provider.end();
      assert.deepEqual(inventory.uncovered, []);
      const { text, program: its } = written(inventory);
      await other.engine.up(its).catch((error: Error) => {
        throw new Error(`${error.message}\n${text.text}`);
      });
      const look = async ({ host }: LabStack) => withoutLabels(await shown(host, [program, its]));
      await agree([() => look(one), () => look(other)], text.text);
      await one.destroy();
      await other.destroy();
      return 1;
    };
    const programs = programSequences({ minLength: 0, maxLength: 0 });
    await checkScenarios(programs, { count: LABS, end }, (scenario) => act(scenario).catch(orRenew));
  });

  /** The resources have other names, which their marks tell. */
  function withoutLabels(seen: unknown): unknown {
    return JSON.parse(JSON.stringify(seen).replace(/pulumi:[^"\\]*/g, "pulumi:"));
  }

  after(() => Promise.all(stacks.map((stack) => stack.stop())));
});
