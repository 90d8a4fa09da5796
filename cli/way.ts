import { join } from "node:path";
import type { NetnsError } from "../provider/errors";
import type { Wish } from "./goInto";

/** How a process of this command gets to where a lab is: makes, of what is to run there, the words to run here. */
export interface Way {
  /** A command. */
  words(argv: readonly string[]): string[];
  /** One of the other halves of this command, which are built beside it. */
  half(name: string, wish?: Wish): string[];
  /** What went wrong on the way itself, by what was said; undefined where the fault is of what ran there. */
  failure(tried: string, said: string): NetnsError | undefined;
}

/** Into a namespace; an empty name is that of the provider itself. */
export function into(way: Way, namespace: string): Way {
  return namespace === "" ? way : { ...way, words: (argv) => way.half("inside.js", { namespace, argv }) };
}

/** On this machine, behind words that change who or where one is. */
export function behind(before: (argv: readonly string[]) => string[], failure: Way["failure"] = () => undefined): Way {
  return {
    words: before,
    half: (name, wish) => before([process.execPath, join(__dirname, name), ...(wish ? [JSON.stringify(wish)] : [])]),
    failure,
  };
}
