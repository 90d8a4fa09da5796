import { constants } from "node:os";
import { z } from "zod";
import { bytes, CONTROL, ruled } from "./rules";

/** Field types of a process, in canonical form after parsing. Reasons hold no value: it may be a secret. */

/** MAX_ARG_STRLEN of linux/binfmts.h: the longest word that execve(2) takes, with the byte that ends it. */
const MOST_WORD_BYTES = 131_072;
const NUL = "\0";

/** A word of a command, or the value of a variable. */
const word = () =>
  ruled([
    [(text) => text.includes(NUL), "must not contain the byte 0, which ends a word (execve(2))"],
    [
      (text) => bytes(text) >= MOST_WORD_BYTES,
      `is longer than ${MOST_WORD_BYTES - 1} bytes, the kernel's limit for a word`,
    ],
  ]);

/** A program and its words. */
export const command = () =>
  z
    .array(word(), { error: "must be a list: the program, and each of its words" })
    .min(1, { error: "must not be empty: the program comes first" })
    .refine(([program]) => program !== "", { error: "must begin with a program", path: [0] });

export const environment = () =>
  z.record(
    ruled([
      [
        (name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name),
        "must be named by letters, digits and `_`, with no digit first",
      ],
      [(name) => name === "NETNS_PROCESS", "is the variable by which the provider knows it"],
    ]),
    word(),
    { error: "must be an object" },
  );

const PATH = /^(\/[^/]+)+$/;

function pathFault(path: string): string | undefined {
  if (CONTROL.test(path)) return "must not contain control characters";
  const isPlain = PATH.test(path) && !path.split("/").some((part) => part === "." || part === "..");
  return isPlain ? undefined : "must be a plain absolute path, without `//`, `.` and `..`, such as /etc/resolv.conf";
}

/** Texts by the paths of files. */
export const fileTexts = () =>
  z.record(
    z.string().superRefine((path, context) => {
      const message = pathFault(path);
      if (message) context.addIssue({ code: "custom", message });
    }),
    ruled([[(text) => text.includes(NUL), "must not contain the byte 0: it is a text"]]),
    { error: "must be an object" },
  );

/** A folder by its path. */
export const folderPath = () =>
  z.string({ error: "must be a string" }).superRefine((path, context) => {
    const message = path === "/" ? undefined : pathFault(path);
    if (message) context.addIssue({ code: "custom", message: message.replace("/etc/resolv.conf", "/var/lib/dnsmasq") });
  });

export const userName = () =>
  ruled([
    [
      (name) => !/^[A-Za-z_][A-Za-z0-9_.-]*\$?$/.test(name),
      "must be the name of a user: letters, digits, `_`, `.` and `-`, with a letter or `_` first",
    ],
    [(name) => bytes(name) > 255, "is longer than 255 bytes"],
  ]);

/** The name of a process within its namespace: of a part of a path, and of an id. */
export const processName = () =>
  ruled([
    [
      (name) => !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(name),
      "must be letters, digits, `_`, `.` and `-`, with neither of the last two first",
    ],
    [(name) => bytes(name) > 100, "is longer than 100 bytes"],
  ]);

/** A regular expression that is to be looked for in a line. */
export const pattern = () =>
  z.string({ error: "must be a string" }).superRefine((text, context) => {
    try {
      new RegExp(text);
    } catch {
      context.addIssue({ code: "custom", message: "is not a regular expression (as JavaScript has them)" });
    }
  });

const SIGNALS = new Set(Object.keys(constants.signals).map((name) => name.slice(3)));

/** A signal by its name, without SIG. */
export const signalName = () =>
  z
    .string({ error: "must be a string" })
    .overwrite((name) => name.toUpperCase().replace(/^SIG/, ""))
    .refine((name) => SIGNALS.has(name) && name !== "STOP" && name !== "KILL", {
      error: "must be the name of a signal that a process can handle, such as TERM, INT or QUIT (signal(7))",
    });
