import { MAIN_TABLE } from "./route";
import { type Asked, type Family, optionOf, type Shown, wordsOf } from "./rule";
import { ip, type Step } from "./step";

/** What the kernel takes for another rule of the same priority, and how that is got round. */

/**
 * The others that the kernel would remove in the place of a rule: of those that have all that is asked for, and may have
 * more, it takes the first. In their order each is itself the first of its sort.
 */
export function ambiguousWith<S extends Shown>(all: readonly S[], it: S): S[] {
  return all.slice(0, all.indexOf(it)).filter(({ rule }) => hasAllOf(rule, it.rule));
}

function hasAllOf(rule: Shown["rule"], asked: Shown["rule"]): boolean {
  const { fwmark, ...others } = asked;
  const [mark = "", mask] = fwmark?.split("/") ?? [];
  const [itsMark, itsMask] = rule.fwmark?.split("/") ?? [];
  const isMarked = fwmark === undefined || (itsMask === mask && (Number(mark) === 0 || itsMark === mark));
  return isMarked && Object.entries(others).every(([key, value]) => rule[key as keyof typeof others] === value);
}

/** Whether the kernel, asked for a new rule, says that this one is it: it may have a prefix that was not asked for. */
export function isTakenFor(rule: Asked, asked: Asked): boolean {
  if (rule.priority !== asked.priority) return false;
  const isSame = (key: keyof Asked) => whole(rule)[key] === whole(asked)[key];
  return (
    (["action", "table", "iif", "oif", "fwmark"] as const).every(isSame) &&
    (["from", "to"] as const).every((key) => asked[key] === undefined || isSame(key))
  );
}

function whole({ action = "lookup", table = MAIN_TABLE, ...rest }: Asked): Asked {
  return { ...rest, action, table: action === "lookup" ? table : undefined };
}

/** Adds or removes a rule and no other: those that the kernel would take for it are taken away meanwhile, in one go. */
export function changeAmong(
  netns: string | undefined,
  family: Family,
  verb: "add" | "del",
  rule: Asked,
  others: readonly Shown[],
): Step[] {
  const line = (word: string, one: Asked) => ["rule", word, ...wordsOf(one)];
  const batch = [
    ...others.map((one) => line("del", one.rule)),
    line(verb, rule),
    ...others.map((one) => line("add", one.rule)),
  ];
  const what = `${verb === "add" ? "add" : "remove"} the rule`;
  return [{ ...ip(netns, what, [optionOf(family), "-batch", "-"], ["priority"]), batch }];
}
