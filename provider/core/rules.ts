import { z } from "zod";

/** What fields of text are made of: rules in order, and those that names of devices have. */

export const IFNAMSIZ = 16;

/** What stands for the provider's own namespace where a property that is left out means something else. */
export const OWN = ".";

function text(): z.ZodString {
  return z.string({ error: "must be a string" });
}

export type Rule = [broken: (value: string) => boolean, reason: string];

/** Rules in order; only the first that is broken is told. */
export function ruled(rules: Rule[]) {
  return text().superRefine((value, context) => {
    const rule = rules.find(([broken]) => broken(value));
    if (rule) context.addIssue({ code: "custom", message: rule[1] });
  });
}

export function bytes(value: string): number {
  return Buffer.byteLength(value, "utf8");
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
export const CONTROL = /[\u0000-\u001f\u007f]/;

export const NOT_EMPTY: Rule = [(name) => name === "", "must not be empty"];
export const SHORT: Rule = [
  (name) => bytes(name) >= IFNAMSIZ,
  `is longer than ${IFNAMSIZ - 1} bytes, the kernel's limit (IFNAMSIZ)`,
];

/** What a name must not have in it. */
export const LETTERS: Rule[] = [
  [(name) => name === "." || name === "..", "must not be `.` or `..`"],
  [
    (name) => name === "all" || name === "default",
    "must not be `all` or `default`, which sysctls use for every device",
  ],
  [(name) => name.includes("/"), "must not contain `/`"],
  [(name) => name.includes(":"), "must not contain `:`"],
  [(name) => /\s/.test(name), "must not contain white space"],
  [(name) => CONTROL.test(name), "must not contain control characters"],
  [(name) => Buffer.from(name).includes(0xa0), "must not contain a letter with the byte a0, a space to the kernel"],
  [(name) => name.includes("%"), "must not contain `%`, which the kernel takes for a pattern"],
  [(name) => name.startsWith("-"), "must not begin with `-`, which `ip` takes for an option"],
];

/** The rules for names of devices in words, for descriptions. */
export const DEVICE_NAME =
  "at most 15 bytes, without white space (to the kernel the byte a0 is some, as in `à`), control characters, " +
  "`/`, `:` and `%`, " +
  "not with `-` in front, and none of `.`, `..`, `all` and `default`";

/** Those of a namespace in words, for descriptions. */
export const NETNS_NAME =
  "at most 255 bytes, without white space, control characters and `/`, not with `-` in front, and neither `.` nor `..`";

/** Those of a container in words, for descriptions. */
export const CONTAINER_NAME = "letters, digits, `_`, and after the first one `.`, `+` and `-` as well";
