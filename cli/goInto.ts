import { writeSync } from "node:fs";
import { enter } from "./enter";
import { replaceBy } from "./replace";

/** A command in a namespace. */
export interface Wish {
  namespace: string;
  argv: readonly string[];
  /** Variables that it has besides its user's own. */
  env?: Readonly<Record<string, string>>;
}

/** Goes there and becomes the command. */
export function goInto({ namespace, argv, env }: Wish): never {
  enter(namespace, (text) => void writeSync(2, `netns: ${text}\n`));
  Object.assign(process.env, env);
  return replaceBy(argv);
}
