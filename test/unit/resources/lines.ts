import type { Step } from "../../../provider/kernel/step";

/** A plan as people would type it, each line with the namespace that it runs in, and what is set while it does. */
export function lines(steps: readonly Step[]): string[] {
  return steps.map(({ netns, argv, whileSet }) =>
    [
      ...(netns === undefined ? [] : [`[${netns}]`]),
      ...(whileSet === undefined ? [] : [`(${whileSet}=1)`]),
      ...argv,
    ].join(" "),
  );
}
