import type { Fault } from "../core/check";
import { type NftText, tableFault, withoutComments } from "../core/nft";
import type { Netlink } from "../netlink/netlink";

/** What nft's own parser has against rules, before anything is made of them. */

/** A line that no version of nft can read: with it nft ends when it has parsed all, and does nothing. */
const END = "?";
/**
 * What else it says hangs on the host, as of a device that is not there yet, or can be a part of the text, which may be a secret:
 * this names sorts of words alone.
 */
const SYNTAX_ERROR = /^\/dev\/stdin:(\d+):[\d:-]+: Error: (syntax error(?:, .*)?)$/gm;

/** Nothing where there is no such library: the host finds it then. */
export async function nftFaults(texts: readonly NftText[], netlink: Netlink, signal: AbortSignal): Promise<Fault[]> {
  const faults: Fault[] = [];
  for (const { path, family, rules } of texts) {
    // What has been told of it already is not told again in other words.
    if (tableFault(rules) !== undefined) continue;
    const reason = reasonIn(rules, await netlink.parseNft(fileOf(family, rules), signal).catch(() => ""));
    if (reason !== undefined) faults.push({ path, reason });
  }
  return faults;
}

/** The rules begin in the first line, so that nft counts as their writer does. */
function fileOf(family: string, rules: string): string {
  return `table ${family} t {${withoutComments(rules)}\n}\n${END}\n`;
}

function reasonIn(rules: string, said: string): string | undefined {
  const last = rules.split("\n").length;
  const all = [...said.matchAll(SYNTAX_ERROR)].map(([, line, what = ""]) => ({ line: Number(line), what }));
  const wrong = all.filter(({ line }) => line <= last + 1);
  if (wrong.length === 0) return undefined;
  const told = wrong.map(({ line, what }) => `in line ${Math.min(line, last)} a ${what}`);
  return `has ${[...new Set(told)].join("; ")}`;
}
