import { exitCodes } from "./exitCodes";
import { fail } from "./fail";
import { goInto, type Wish } from "./goInto";

/** What lab.ts starts as root: goes into a namespace, and becomes the command that is to run there. */
try {
  const [, , asked = ""] = process.argv;
  goInto(JSON.parse(asked.startsWith("{") ? asked : Buffer.from(asked, "base64url").toString()) as Wish);
} catch (error) {
  fail(error, exitCodes.failedToRun);
}
