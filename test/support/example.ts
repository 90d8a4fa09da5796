import assert from "node:assert/strict";
import { LabHost } from "./labHost";
import { needs } from "./need";
import { exampleFolder } from "./project";
import { type Outcome, Stack } from "./pulumi";
import { type Snapshot, snapshot } from "./snapshot";

export interface Lab {
  host: LabHost;
  stack: Stack;
  /** The host before anything was made on it. */
  empty: Snapshot;
}

/** A suite over one example, in place, on a lab host of its own. It begins with the lab up, and ends with nothing left. */
export function exampleSuite(name: string, tests: (lab: Lab) => void, config: Record<string, string> = {}): void {
  const settings = Object.entries(config);
  const title = [`examples/${name}`, ...settings.map(([key, value]) => `with ${key} ${value}`)].join(" ");
  describe(title, function () {
    this.timeout(120_000);
    const lab = {} as Lab;
    before("up", async function () {
      needs("root", "nsenter", "ip", "ping", "tcpdump", "pulumi").call(this);
      lab.host = await LabHost.start();
      lab.empty = await snapshot(lab.host);
      lab.stack = await Stack.open({ host: lab.host, folder: exampleFolder(name) });
      for (const [key, value] of settings) await lab.stack.config(key, value);
      done(await lab.stack.up());
    });
    tests(lab);
    it("is as it should be: a second up, a preview and a refresh change nothing", async () => {
      unchanged(await lab.stack.up());
      unchanged(await lab.stack.preview());
      unchanged(await lab.stack.refresh());
    });
    it("leaves nothing behind after destroy", async () => {
      done(await lab.stack.destroy());
      assert.deepEqual(await lab.stack.resources(), []);
      assert.deepEqual(await snapshot(lab.host), lab.empty);
      assert.deepEqual(await lab.host.processes(), []);
    });
    after(async () => {
      await lab.stack?.close();
      await lab.host?.stop();
    });
  });
}

export function done<T extends Outcome>(outcome: T): T {
  assert.equal(outcome.exitCode, 0, outcome.text);
  return outcome;
}

/** The run succeeded, and no resource was created, updated, replaced or deleted. */
export function unchanged<T extends Outcome>(outcome: T): T {
  assert.deepEqual(Object.keys(done(outcome).changes), ["same"], outcome.text);
  return outcome;
}

/** What was done to which resource, but for what was only looked at. */
export function changesOf({ steps }: Outcome): string[] {
  return steps.filter(({ op }) => op !== "same" && op !== "refresh").map(({ op, resource }) => `${op} ${resource}`);
}

/** Runs a program in one of the host's namespaces, whatever its end. */
export function inNetns(host: LabHost, netns: string, command: string) {
  return host.tryRun(["ip", "netns", "exec", netns, ...command.split(" ")]);
}
