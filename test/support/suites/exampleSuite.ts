import assert from "node:assert/strict";
import { exampleFolder } from "../engine/project";
import { type Outcome, Stack } from "../engine/pulumi";
import { LabHost } from "../labHost/labHost";
import { type Snapshot, snapshot } from "../labHost/snapshot";
import { looksAsInPicture } from "./examplePicture";
import { needs, skipAll } from "./needs";

export interface Lab {
  host: LabHost;
  stack: Stack;
  /** The host before anything was made on it. */
  empty: Snapshot;
  /** What ran on it then. */
  processes: number[];
}

/** What an example needs on its host before the lab is there, and is no part of it. */
export interface Stage {
  set(host: LabHost): Promise<unknown>;
  clear(host: LabHost): Promise<unknown>;
}

export interface ExampleOptions {
  /** What it needs besides what all do. */
  programs?: readonly string[];
  config?: Record<string, string>;
  /** The kernel option that it needs, where many kernels lack it, and whether this one has it. */
  option?: [name: string, isThere: boolean];
  stage?: Stage;
  /** False where the picture is another one each time. */
  hasPicture?: boolean;
}

/** A suite over one example, in place, on a lab host of its own. It begins with the lab up, and ends with nothing left. */
export function exampleSuite(name: string, tests: (lab: Lab) => void, options: ExampleOptions = {}): void {
  const { programs = [], config = {}, option: [option, isThere] = ["", true], stage, hasPicture = true } = options;
  const settings = Object.entries(config);
  const title = [`examples/${name}`, ...settings.map(([key, value]) => `with ${key} ${value}`)].join(" ");
  describe(title, function () {
    this.timeout(120_000);
    const lab = {} as Lab;
    before("up", async function () {
      needs("root", "nsenter", "ip", "ping", "tcpdump", "pulumi", ...programs).call(this);
      if (!isThere) skipAll(this, option);
      lab.host = await LabHost.start();
      await stage?.set(lab.host);
      lab.empty = await snapshot(lab.host);
      lab.processes = await lab.host.processes();
      lab.stack = await Stack.open({ host: lab.host, folder: exampleFolder(name) });
      for (const [key, value] of settings) await lab.stack.config(key, value);
      done(await lab.stack.up());
    });
    if (settings.length === 0 && hasPicture) {
      it("looks as in its picture", () => looksAsInPicture(lab.host, lab.stack));
    }
    tests(lab);
    it("is as it should be: a second up, a preview and a refresh change nothing", async () => {
      unchanged(await lab.stack.up());
      unchanged(await lab.stack.preview());
      unchanged(await lab.stack.refresh());
    });
    it("leaves nothing behind after destroy", () => leavesNothing(lab));
    after(async () => {
      await lab.stack?.close();
      if (lab.host) await stage?.clear(lab.host);
      await lab.host?.stop();
    });
  });
}

async function leavesNothing({ host, stack, empty, processes }: Lab): Promise<void> {
  done(await stack.destroy());
  assert.deepEqual(await stack.resources(), []);
  assert.deepEqual(await snapshot(host), empty);
  assert.deepEqual(await host.processes(), processes);
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
