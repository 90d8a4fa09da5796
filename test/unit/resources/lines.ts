import type { Step } from "../../../provider/kernel/step";

/** A plan as people would type it, each line with the namespace that it runs in. */
export function lines(steps: readonly Step[]): string[] {
  return steps.map(({ netns, argv }) => `${netns === undefined ? "" : `[${netns}] `}${argv.join(" ")}`);
}
