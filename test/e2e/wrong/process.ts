import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const ok = { name: "web", argv: ["sleep", "1"] };
const PATH = "must be a plain absolute path, without `//`, `.` and `..`, such as /etc/resolv.conf";

export const wrongProcesses: WrongProgram[] = [
  {
    title: "a secret variable that no process can have",
    props: { ...ok, env: { A: secret("hunter2\0") } },
    faults: ["env.A: must not contain the byte 0, which ends a word (execve(2))"],
    hidden: "hunter2",
  },
  { title: "no command", props: { name: "web" }, faults: ["argv: is required"] },
  {
    title: "a command of no words",
    props: { ...ok, argv: [] },
    faults: ["argv: must not be empty: the program comes first"],
  },
  {
    title: "a command as a shell reads it",
    props: { ...ok, argv: "sleep 1" },
    faults: ["argv: must be a list: the program, and each of its words"],
  },
  {
    title: "a logical name that no process has",
    name: "my:web",
    props: { argv: ["sleep", "1"] },
    faults: [
      "name: must be letters, digits, `_`, `.` and `-`, with neither of the last two first (it comes from the resource's logical name: set `name`)",
    ],
  },
  {
    title: "variables that a shell has no words for, and the mark's",
    props: { ...ok, env: { "a-b": "1", NETNS_PROCESS: "mine" } },
    faults: [
      "env.NETNS_PROCESS: is the variable by which the provider knows it",
      'env["a-b"]: must be named by letters, digits and `_`, with no digit first',
    ],
  },
  {
    title: "files and a folder that are no paths, a line that is no pattern, and a signal that there is not",
    props: {
      ...ok,
      files: { "etc/hosts": "", "/etc/../x": "" },
      ...{ cwd: "tmp", ready: { line: "(" }, stopSignal: "KILL", user: "a:b" },
    },
    faults: [
      "cwd: must be a plain absolute path, without `//`, `.` and `..`, such as /var/lib/dnsmasq",
      "user: must be the name of a user: letters, digits, `_`, `.` and `-`, with a letter or `_` first",
      `files["etc/hosts"]: ${PATH}`,
      `files["/etc/../x"]: ${PATH}`,
      "ready.line: is not a regular expression (as JavaScript has them)",
      "stopSignal: must be the name of a signal that a process can handle, such as TERM, INT or QUIT (signal(7))",
    ],
  },
  {
    title: "a fault in every property [15]",
    props: {
      ...{ namespace: "a/b", name: "a b", argv: [1], env: 1, cwd: 1, user: 1, files: 1, running: 1 },
      ...{ ready: { tcp: 0, udp: 65_536, line: 1, command: [], timeoutMs: 0, x: 1 } },
      ...{ logBytes: 1, stopSignal: 1, stopTimeoutMs: -1, args: [] },
    },
    faults: [
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "name: must be letters, digits, `_`, `.` and `-`, with neither of the last two first",
      "argv[0]: must be a string",
      "env: must be an object",
      "cwd: must be a string",
      "user: must be a string",
      "files: must be an object",
      "running: must be true or false",
      "ready.tcp: is below 1, the kernel's minimum",
      "ready.udp: is above 65535, the kernel's maximum",
      "ready.line: must be a string",
      "ready.command: must not be empty: the program comes first",
      "ready.timeoutMs: is below 1",
      "ready.x: is not a property of this; there are `tcp`, `udp`, `line`, `command`, `timeoutMs`",
      "logBytes: is below 16384, the least that is kept",
      "stopSignal: must be a string",
      "stopTimeoutMs: is below 0",
      "args: is not a property of this; did you mean `argv`?",
    ],
  },
];
