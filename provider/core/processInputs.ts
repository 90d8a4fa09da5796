import { z } from "zod";
import { count, flag } from "./fields";
import { command, environment, fileTexts, folderPath, pattern, signalName, userName } from "./processFields";

/** What is said of a process besides its namespace and its name: of a Process, and of a host of the function `lab`. */

const KIBIBYTE = 1024;
const LOG_BYTES = 1024 * KIBIBYTE;
/** What the host cannot tell. */
export const HOW_IT_ENDS = { stopSignal: "TERM", stopTimeoutMs: 10_000 };
const milliseconds = (least: number) =>
  z
    .int({ error: "must be a whole number of milliseconds" })
    .min(least, { error: `is below ${least}` })
    .max(3_600_000, { error: "is above 3600000, which is an hour" });

const ready = z
  .strictObject({
    tcp: count(1, 65_535).optional().meta({
      description:
        "A TCP port that is listened on in the namespace, whoever does so. Where that was so before its start, it has to run for a second besides.",
    }),
    udp: count(1, 65_535).optional().meta({
      description:
        "A UDP port that is listened on in the namespace, whoever does so. Where that was so before its start, it has to run for a second besides.",
    }),
    line: pattern().optional().meta({
      description: "A regular expression, in JavaScript's words, that a line of its output matches.",
    }),
    command: command().optional().meta({
      description:
        "A command that succeeds, with what the process sees: its network and its files. It is run again and again, as root.",
    }),
    timeoutMs: milliseconds(1).optional().meta({
      description: "How long it may take, in milliseconds. Default: 10000.",
    }),
  })
  .meta({ id: "ProcessReady", description: "What shows that a process can be used: all of what is said here." });

export const processInputs = {
  argv: command().meta({
    description:
      "The program and its words. No shell reads them. The program is looked for on the PATH of the lab host. A change starts " +
      "it anew, as does one of `env`, `cwd`, `user`, `files` and `logBytes`.",
  }),
  env: environment()
    .optional()
    .meta({
      description:
        "Variables of its environment. Besides, it has PATH, HOME, USER, LOGNAME and NETNS_PROCESS, by which the " +
        "provider knows it, and nothing of the environment of Pulumi.",
    }),
  cwd: folderPath().default("/").meta({ description: "The folder that it runs in. Default: `/`.", kernelDefault: "/" }),
  user: userName()
    .optional()
    .meta({
      description:
        "The user of the lab host that it runs as, by name. Absent: root. In a sandbox there may be no other " +
        "(docs/host.md).",
    }),
  files: fileTexts()
    .optional()
    .meta({
      description:
        'Texts that it sees in the place of files, by their absolute paths, such as `{ "/etc/resolv.conf": "nameserver ' +
        '10.0.0.1\\n" }`. Nobody else sees them, and a file need not be there. A text that begins with `#!` can be run. Besides, it sees the files of ' +
        "/etc/netns/NAMESPACE, as with `ip netns exec`.",
    }),
  running: flag().default(true).meta({
    description: "Whether it runs. With `false` it is ended, and its log is kept. Default: true.",
  }),
  ready: ready.optional().meta({
    description:
      "What must be so before its start has succeeded, and what needs it goes on. Absent: it has run for a quarter of a second.",
    policy: true,
  }),
  logBytes: z
    .int({ error: "must be a whole number of bytes" })
    .min(16 * KIBIBYTE, { error: "is below 16384, the least that is kept" })
    .max(KIBIBYTE ** 3, { error: "is above 1073741824, which is 1 GiB" })
    .default(LOG_BYTES)
    .meta({
      description:
        "How much of its output is kept, in bytes, of standard output and standard error together: as soon as `log` has half of " +
        "that, it becomes `log.1`, and the `log.1` before it is gone. It is in memory (/run). Default: 1048576, 1 MiB.",
      kernelDefault: LOG_BYTES,
    }),
  stopSignal: signalName().default(HOW_IT_ENDS.stopSignal).meta({
    description: "The signal that ends it, and all of its children, by its name. Default: `TERM`.",
    policy: true,
  }),
  stopTimeoutMs: milliseconds(0).default(HOW_IT_ENDS.stopTimeoutMs).meta({
    description:
      "How long it may take to end before it is killed with all of its children, in milliseconds. Default: 10000.",
    policy: true,
  }),
};
