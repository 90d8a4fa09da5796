/** What tells rules of one priority apart, in ids: `,from=10.0.0.0/8,table=100`. */

const KEYS = ["from", "to", "iif", "oif", "fwmark", "table", "action"] as const;
type Selector = (typeof KEYS)[number];

type Selectors = { [Key in Selector]?: string | number | undefined };

const MAIN = 254;

/** All of them, a table or an action in any case: so it never looks like the id of any rule of that priority. */
export function selectorsText(rule: Selectors): string {
  const action = rule.action === "lookup" ? undefined : rule.action;
  const whole: Selectors = { ...rule, action, table: action === undefined ? (rule.table ?? MAIN) : undefined };
  const given = KEYS.filter((key) => whole[key] !== undefined);
  return given.map((key) => `,${key}=${String(whole[key]).replaceAll(",", "%2C")}`).join("");
}

/** The parts of an id, not yet looked at; undefined where it has not the form. */
export function partsOfRuleId(
  id: string,
): { path: string; isInet6: boolean; selectors: Record<string, string> | undefined } | undefined {
  // The first number that all the rest fits to is the priority: prefixes have slashes, too.
  const [, path, suffix, text] =
    /^((?:.*?\/)??\d+)(,inet6)?((?:,(?:from|to|fwmark|table|action)=[^,]*|,[io]if=[^,/]*)*)$/s.exec(id) ?? [];
  if (path === undefined) return undefined;
  const entries = [...(text ?? "").matchAll(/,(\w+)=([^,]*)/g)].map(
    ([, key = "", value = ""]) => [key, value.replaceAll("%2C", ",")] as const,
  );
  const selectors = entries.length === 0 ? undefined : Object.fromEntries(entries);
  return { path, isInet6: suffix !== undefined, selectors };
}
