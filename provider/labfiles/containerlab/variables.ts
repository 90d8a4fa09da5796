/** Variables of the environment in a file of containerlab, which are put in before anything is read. */

export interface Expanded {
  text: string;
  /** Those that have no value, and so stand as they are; with the lines that they are in. */
  unset: { name: string; line: number }[];
}

const FORM = /\$\$|\$\{([A-Za-z_]\w*)(?:(:?[-=+])((?:[^{}]|\$\{[^{}]*\})*))?\}|\$([A-Za-z_]\w*)/g;

/** As a shell does it: `$NAME`, `${NAME}`, `${NAME:-default}`, and `$$` for the sign itself. */
export function expandVariables(text: string, environment: Record<string, string | undefined>): Expanded {
  const unset: Expanded["unset"] = [];
  const expand = (part: string, before: number): string =>
    part.replace(FORM, (all, braced?: string, sign?: string, other = "", bare?: string, at = 0) => {
      if (all === "$$") return "$";
      const name = braced ?? bare ?? "";
      const value = environment[name];
      const isSet = sign?.startsWith(":") ? value !== undefined && value !== "" : value !== undefined;
      if (sign?.endsWith("+")) return isSet ? expand(other, before + at) : "";
      if (isSet) return value ?? "";
      if (sign !== undefined) return expand(other, before + at);
      unset.push({ name, line: text.slice(0, before + at).split("\n").length });
      return all;
    });
  return { text: expand(text, 0), unset };
}
