import { constants } from "node:os";
import { NetnsError } from "../provider/errors";
import { errorText, failure, system } from "../provider/netlink/system";
import { exitCodes } from "./exitCodes";

const F_SETFD = 2;

/** A program that could not be started, with the exit code that says so. */
export class NotStarted extends NetnsError {
  constructor(
    file: string,
    said: string,
    readonly exitCode: number,
  ) {
    super({ kind: "user", tried: `could not start ${file}`, said });
  }
}

/**
 * Another program takes the place of this process, so that its exit code, signals, terminal and children are what they
 * would be without us. Nothing may have been read from stdin or written to stdout before: Node would have set them up
 * for itself.
 */
export function replaceBy(argv: readonly string[]): never {
  const { fcntl, signal, execvp } = system();
  const [file = ""] = argv;
  // What Node has changed when it started, and another program would not expect.
  for (const fd of [0, 1, 2]) fcntl(fd, F_SETFD, 0);
  for (const number of [constants.signals.SIGPIPE, constants.signals.SIGXFSZ]) signal(number, 0);
  execvp(file, [...argv, null]);
  const { code, errno } = failure(`exec ${file}`);
  throw new NotStarted(file, errorText(errno), code === "ENOENT" ? exitCodes.notFound : exitCodes.notExecutable);
}
