import fc from "fast-check";
import { printed, type Topology } from "./topology";

/** What one stack goes through: programs that are brought up one after the other, and what is done by hand in between. */
export type Story = readonly (Topology | Hand)[];

/** Commands that somebody types on the host. */
export interface Hand {
  lines: string[];
}

export function isHand(one: Topology | Hand): one is Hand {
  return "lines" in one;
}

/** Makes of the body of a program one in JavaScript. */
export const HEAD = 'const netns = require("pulumi-netns"); const pulumi = require("@pulumi/pulumi");\n';

const START = `To see it, as root on a machine that is thrown away:
  unshare --net --mount --propagation private sh
  mount -t tmpfs tmpfs /run && mkdir /run/netns && ip link set lo up
In a project with \`runtime: nodejs\` and the package pulumi-netns, one after the other:`;

/** The story as anyone can act it out. */
export function told(story: Story, end: string): string {
  const parts = story.map((one, index) =>
    isHand(one)
      ? `=== ${index + 1}. by hand ===\n${one.lines.join("\n")}`
      : `=== ${index + 1}. index.js, then \`pulumi up\` ===\n${HEAD}${printed(one)}`,
  );
  return [START, ...parts, `=== ${end} ===`].join("\n");
}

interface Telling {
  /** How many to run at least: a story counts for as many as `work` answers. */
  count: number;
  end: string;
}

/** For how long a failing story is cut down to a short one. */
const SHRINK_MS = 90_000;

/** Acts random stories out until there were enough. One that fails is cut short, and told with what is wrong. */
export async function actOut<T extends Story>(
  stories: fc.Arbitrary<T>,
  { count, end }: Telling,
  work: (story: T) => Promise<number>,
): Promise<void> {
  let done = 0;
  let patience = Number.POSITIVE_INFINITY;
  const property = fc.asyncProperty(stories, async (story) => {
    if (patience === Number.POSITIVE_INFINITY ? done >= count : Date.now() > patience) return;
    try {
      done += await work(story);
    } catch (error) {
      patience = Math.min(patience, Date.now() + SHRINK_MS);
      throw error;
    }
  });
  await fc.assert(property, {
    numRuns: count,
    reporter({ failed, counterexample, seed, counterexamplePath, errorInstance }) {
      if (!failed) return;
      const [story] = counterexample as [T];
      throw new Error(`${told(story, end)}\n\n${errorInstance}\n(seed ${seed}, path ${counterexamplePath})`);
    },
  });
}
