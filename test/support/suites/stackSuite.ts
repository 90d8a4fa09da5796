import { writeFile } from "node:fs/promises";
import path from "node:path";
import { makeProject, remove } from "../engine/project";
import { Stack } from "../engine/pulumi";
import { LabHost } from "../labHost/labHost";
import { HEAD } from "../programs/scenario";
import { needs } from "./needs";

export interface StackFixture {
  /** A new one for each test. */
  host: LabHost;
  /** A stack of a program in JavaScript that has `netns` and `pulumi`; it ends with the test. */
  stackOf(program: string, env?: NodeJS.ProcessEnv): Promise<Stack>;
  /** Writes another program in the place of the stack's, for its next run. */
  edit(stack: Stack, program: string): Promise<void>;
  /** For what else is to end with the test. */
  atEnd(end: () => Promise<void>): void;
  /** The names under /run/netns. */
  namespaces(): Promise<string[]>;
}

/** A suite of tests that run programs through the real engine, each on a lab host of its own. */
export function stackSuite(title: string, programs: string[], tests: (fixture: StackFixture) => void): void {
  describe(title, function () {
    this.timeout(120_000);
    const ends: (() => Promise<void>)[] = [];
    const fixture: StackFixture = {
      host: undefined as never,
      async stackOf(program, env = {}) {
        const folder = await makeProject(HEAD + program);
        const stack = await Stack.open({ host: fixture.host, folder, env });
        ends.push(
          () => stack.close(),
          () => remove(folder),
        );
        return stack;
      },
      edit: (stack, program) => writeFile(path.join(stack.folder, "index.js"), HEAD + program),
      atEnd: (end) => void ends.push(end),
      async namespaces() {
        const lines = (await fixture.host.ip("netns list")).split("\n");
        return lines
          .map((line) => line.split(" ")[0] ?? "")
          .filter((name) => name !== "")
          .sort();
      },
    };
    before(needs("root", "nsenter", "ip", "pulumi", ...programs));
    beforeEach(async () => {
      fixture.host = await LabHost.start();
    });
    tests(fixture);
    afterEach(async () => {
      for (const end of ends.splice(0)) await end();
      await fixture.host.stop();
    });
  });
}
