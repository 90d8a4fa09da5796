import type { Unwrap } from "@pulumi/pulumi";
import { endSandbox } from "../provider/place/sandbox";
import { Lab } from "./lab";
import { LabError } from "./labError";
import { readyLab } from "./next";
import type { LabConfig } from "./place";
import type { Program } from "./program";

const UP_MS = 60_000;
const ELSEWHERE = ["host", "offline", "sandbox", "sudo"].map((key) => `netns:${key}`);

/** How a lab is made. */
export interface LabOptions {
  /**
   * The configuration of the stack: `{ "netns:timeoutSeconds": 5, name: "blue" }` is what `pulumi config set` would set for
   * the provider, and for the program's own `new pulumi.Config()`. Default: none.
   */
  config?: LabConfig;
  /** How long an `up` may take, in milliseconds, until the lab is removed and the call fails. Default: 60000. */
  timeoutMs?: number;
}

/**
 * Makes a lab of its own from a program, for hooks that run before and after tests: then `lab.stop()` is to be called. If it
 * is not, the lab ends with this process, however that ends.
 *
 * @param program Makes the resources, as the program of any Pulumi project does; what it returns are the lab's outputs.
 * @throws What the program throws. A LabError where the engine says that something could not be made: nothing is left then.
 */
export async function startLab<Outputs>(
  program: Program<Outputs>,
  { config = {}, timeoutMs = UP_MS }: LabOptions = {},
): Promise<Lab<Unwrap<Outputs>>> {
  const [elsewhere] = ELSEWHERE.filter((key) => key in config);
  if (elsewhere)
    throw new LabError(
      `a lab of a test is in a sandbox of its own, so \`${elsewhere}\` has no place in its configuration`,
    );
  const { place, run } = await readyLab(config);
  try {
    const outputs = (await run.up(program, timeoutMs)) as Unwrap<Outputs>;
    return new Lab(place, outputs, program, timeoutMs);
  } catch (error) {
    await endSandbox(place.sandbox);
    throw error;
  }
}

/**
 * Makes a lab of its own from a program, does `work` with it, and removes it, whatever `work` has thrown. Labs of the same
 * program never meet, however many there are at once: each has a network, a /run and a stack that nobody else sees.
 *
 * @param program Makes the resources, as the program of any Pulumi project does; what it returns are the lab's outputs.
 * @param work The test.
 * @returns What `work` returns.
 * @throws What `startLab` and `work` throw.
 */
export async function withLab<Outputs, Result>(
  program: Program<Outputs>,
  work: (lab: Lab<Unwrap<Outputs>>) => Result | Promise<Result>,
  options: LabOptions = {},
): Promise<Result> {
  const lab = await startLab(program, options);
  try {
    return await work(lab);
  } finally {
    await lab.stop();
  }
}
