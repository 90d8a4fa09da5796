import { CommanderError } from "commander";
import { exitCodes } from "./exitCodes";
import { fail } from "./fail";
import { programOf } from "./program";
import { verbs } from "./verbs";

/** The command `netns`: looks at the lab of a stack, and works in it. */
programOf(verbs)
  .parseAsync()
  .catch((error: unknown) => {
    // Commander has said by then what is wrong.
    if (!(error instanceof CommanderError)) fail(error, exitCodes.failed);
  });
