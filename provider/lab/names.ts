import { bytes, IFNAMSIZ, LETTERS, NOT_EMPTY, type Rule, ruled, SHORT } from "../core/rules";
import { hash } from "./hash";

/** Names of hosts and switches, and those of devices that follow from them. */

/** The most bytes of a name: with a prefix it is still a namespace's. */
const LONGEST = 200;

/** What stands for no gateway and no subnet where a name or a prefix is expected. */
export const NONE = "none";

const NODE_RULES: Rule[] = [
  NOT_EMPTY,
  [(name) => bytes(name) > LONGEST, `is longer than ${LONGEST} bytes`],
  ...LETTERS,
  [(name) => name === "lo" || name === NONE, `must not be \`lo\`, the loopback device, or \`${NONE}\``],
];

export const nodeName = () => ruled(NODE_RULES);

/** The rules of names in words, for descriptions. */
export const NODE_NAME =
  `at most ${LONGEST} bytes, without white space, control characters, \`/\`, \`:\` and \`%\`, not with \`-\` in front, and ` +
  "none of `.`, `..`, `all`, `default`, `lo` and `none`";

const DEVICE_RULES: Rule[] = [NOT_EMPTY, SHORT, ...LETTERS, [(name) => name === "lo", "must not be `lo`"]];

/** The end of a cable: `HOST`, or `HOST:DEVICE`. */
export const cableEnd = () =>
  ruled([
    ...NODE_RULES.map(([broken, reason]): Rule => [(end) => broken(splitEnd(end).node), reason]),
    ...DEVICE_RULES.map(
      ([broken, reason]): Rule => [
        (end) => {
          const { device } = splitEnd(end);
          return device !== undefined && broken(device);
        },
        `has a wrong device behind \`:\`: it ${reason}`,
      ],
    ),
  ]);

export function splitEnd(end: string): { node: string; device?: string } {
  const colon = end.indexOf(":");
  return colon < 0 ? { node: end } : { node: end.slice(0, colon), device: end.slice(colon + 1) };
}

/** A name as that of a device: where it is too long, its beginning and what tells it from others that begin so. */
export function fitted(name: string): string {
  if (bytes(name) < IFNAMSIZ) return name;
  let begin = name;
  while (bytes(begin) > IFNAMSIZ - 8) begin = [...begin].slice(0, -1).join("");
  return `${begin}-${(hash(name) % 36 ** 6).toString(36).padStart(6, "0")}`;
}
