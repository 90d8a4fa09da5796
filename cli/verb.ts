import type { Argument, Option } from "commander";
import type { StackPlace } from "./stack";

/** What `netns NAME …` does. Help, completion and the parser are all made from this. */
export interface Verb<Options extends object = object> {
  name: string;
  /** One line for the list of verbs. */
  summary: string;
  /** What it does in more words, for its own help. */
  description?: string;
  arguments?: readonly Argument[];
  options?: readonly Option[];
  /** Whole lines as one types them, each with what it does. */
  examples: readonly (readonly [line: string, what: string])[];
  /** All that comes after its first argument belongs to a command that it runs, options too. */
  takesCommand?: boolean;
  /** Its work; the number is the exit code, 0 where there is none. Loads what is large by itself, when it needs it. */
  run(call: Call<Options>): Promise<number | undefined>;
}

interface Call<Options extends object = object> {
  /** The arguments in their order; those of a list, or of a command, are at the end. */
  words: readonly string[];
  options: Options;
  /** The folder and the stack that the user means. */
  at: StackPlace;
}
