/** A base chain of a firewall whose policy drops. */
export interface Chain {
  hook: string;
  statements: string[];
}

/** What would have to be followed, or read elsewhere, to know what such a chain does. */
const BEYOND = /\b(jump|goto|vmap|queue|include|define|flow|ct status|meta mark)\b|[$@]/;
const NEW = /^ct state (\{ *)?(established|related)( *, *(established|related))*( *\})? (counter )?accept$/;
const BY_LO = /^iif(name)? "?lo"? (counter )?accept$/;
const PORT = /^(tcp|udp) dport (\d+) (counter )?accept$/;
const ICMP = /^(icmp|icmpv6|ip protocol icmp|meta l4proto (icmp|ipv6-icmp))\b/;

/** The chains of a table, `nft -f` text, that filter and drop what no rule accepts; none where that cannot be told. */
export function droppingChains(rules: string): Chain[] {
  const text = rules.replace(/#.*/g, "");
  if (BEYOND.test(text)) return [];
  return [...text.matchAll(/\bchain\s+\S+\s*\{/g)].flatMap(({ index, 0: head }) => {
    const body = within(text, index + head.length);
    const statements = body.split(/[;\n]/).map((line) => line.trim().replace(/\s+/g, " "));
    const [, hook] = /\btype filter hook (input|output|forward) /.exec(statements.join(" ")) ?? [];
    return hook !== undefined && statements.some((line) => line.endsWith("policy drop")) ? [{ hook, statements }] : [];
  });
}

/** Whether no rule of the chain can accept the first packet of what is asked for. */
export function dropsAll({ statements }: Chain, protocol: string, port: number | undefined): boolean {
  return statements.every((line) => {
    if (!/\baccept\b/.test(line) || NEW.test(line) || BY_LO.test(line)) return true;
    const [, other, number] = PORT.exec(line) ?? [];
    if (other !== undefined) return other !== protocol || Number(number) !== port;
    return ICMP.test(line) && protocol !== "icmp";
  });
}

/** To the brace that closes the one before. */
function within(text: string, start: number): string {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if (text[at] === "{") depth++;
    if (text[at] === "}" && --depth === 0) return text.slice(start, at);
  }
  return text.slice(start);
}
