import { outputOf } from "../../../support/engine/declared";
import { ELSEWHERE, type Specimen } from "./specimen";

/**
 * Nobody else can make the like of one, and the second reader shows none: so it is in no case here. What the cases say of other
 * kinds, test/kernel/process.test.ts says of it.
 */
export const process: Specimen = {
  type: "Process",
  built: false,
  props: (at) => ({ namespace: at, name: "it", argv: ["sleep", "1000"] }),
  full: {
    ...{ "env.A": "1", cwd: "/tmp", user: "nobody", 'files["/etc/hosts"]': "127.0.0.1 localhost\n", running: true },
    ...{ "ready.command": ["true"], "ready.timeoutMs": 1000, logBytes: 16_384, stopSignal: "INT", stopTimeoutMs: 100 },
  },
  id: (at) => `${at}/it`,
  shown: /sleep 1000/,
  gone: "kill $(ip netns pids $AT)",
  foreign: "true",
  unmanaged: "true",
  edits: {
    argv: { value: ["sleep", "2000"] },
    "env.A": { value: "1" },
    cwd: { value: "/tmp" },
    user: { value: "nobody" },
    'files["/etc/hosts"]': { value: "127.0.0.1 localhost\n" },
    running: { value: false },
    "ready.tcp": { value: 80 },
    "ready.udp": { value: 53 },
    "ready.line": { value: "up" },
    "ready.command": { value: ["true"] },
    "ready.timeoutMs": { value: 1000 },
    logBytes: { value: 16_384 },
    stopSignal: { value: "INT" },
    stopTimeoutMs: { value: 100 },
  },
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    name: { value: () => "it-new" },
  },
  spellings: [[{}, { cwd: "/", running: true, stopSignal: "SIGTERM" }]],
  badIds: ["net0/", "net0/a b", "net0/.a"],
};
