/** Exit codes of the command, as docs/cli.md has them. A plain success is 0. */
export const exitCodes = {
  /** What was asked has been answered, and the answer is no: as with grep, diff and cmp. */
  no: 1,
  /** The command line is wrong. */
  usage: 2,
  /** It could not be done. */
  failed: 3,
  /** The same, where the code of a command is passed on: as with env, timeout and docker. */
  failedToRun: 125,
  notExecutable: 126,
  notFound: 127,
} as const;
