import assert from "node:assert/strict";
import type { Recorded } from "../provider/rpcs";
import { type KernelFixture, kernelSuite } from "./kernelSuite";

/** A shell that goes on, with words for it. */
export const sh = (script: string, ...words: string[]) => ["sh", "-c", script, "sh", ...words];

/** A Process that goes on, and no more. */
export const sleep = { namespace: "x", name: "it", argv: ["sleep", "2000"] };

/** What tests do with the Processes of their lab. */
export interface Processes {
  /** Makes the Process `sleep` with other inputs. */
  create(props: object, name?: string): Promise<Recorded>;
  remove(made: Recorded): Promise<unknown>;
  /** The text of a file. */
  read(path: string): Promise<string>;
  /** The numbers of all processes in a namespace. */
  within(namespace?: string): Promise<number[]>;
  /** The words of those that are no part of the provider's. */
  commands(): Promise<string[]>;
}

/** A suite about processes in the namespaces `x` and `y`; after each test none is left there, and nothing kept of any. */
export function processSuite(title: string, tests: (fixture: KernelFixture, processes: Processes) => void): void {
  kernelSuite(title, (fixture) => {
    const read = (path: string) => fixture.lab.run(["cat", path]);
    const within = async (namespace = "x") =>
      (await fixture.lab.ip(`netns pids ${namespace}`)).trim().split("\n").filter(Boolean).map(Number);
    const commands = async () => {
      const all = await Promise.all((await within()).map((pid) => read(`/proc/${pid}/cmdline`).catch(() => "")));
      return all
        .map((words) => words.split("\0").slice(0, -1).join(" "))
        .filter((words) => /^sleep|^python/.test(words))
        .sort();
    };
    const create = (props: object, name = "it") => fixture.provider.create("Process", name, { ...sleep, ...props });
    const remove = (made: Recorded) => fixture.provider.delete("Process", "it", made);
    tests(fixture, { create, remove, read, within, commands });

    afterEach("no process is left", async () => {
      const { lab } = fixture;
      const folders = "ls -d /run/pulumi-netns/*/processes 2>/dev/null || :";
      const left = [await within("x"), await within("y"), await lab.run(["sh", "-c", folders])];
      for (const pid of await within("x")) await lab.tryRun(["kill", "-9", String(pid)]);
      await lab.run(["sh", "-c", "rm -rf /run/pulumi-netns/*"]);
      assert.deepEqual(left, [[], [], ""]);
    });
  });
}
