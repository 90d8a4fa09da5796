import { labelOf } from "../provider/model/resources";
import { type HostChange, hostLabel } from "../provider/model/review/changes";
import type { FindingChanges } from "../provider/model/review/findingChanges";
import type { ReachChange, ReachChanges } from "../provider/model/review/reachChanges";
import type { Replacement } from "../provider/model/review/replacements";
import { code } from "../provider/model/review/statements";

/** What a review says, before it is Markdown. */
export interface Review {
  changes: HostChange[];
  /** Resources that are taken away and made again. */
  replaced: Replacement[];
  reach: ReachChanges;
  /** Hosts whose firewalls could not be followed. */
  unfollowed: string[];
  findings: FindingChanges;
  /** Mermaid, which GitHub draws. */
  picture: string;
}

const MOST_ROWS = 20;

export function reviewText(review: Review): string {
  const parts = [
    "## What this does to the network",
    summary(review),
    ...(review.changes.length > 0 ? ["### Host by host", ...review.changes.map(hostText)] : []),
    ...(review.replaced.length > 0 ? [replacedText(review.replaced)] : []),
    ...(review.reach.changes.length > 0 ? ["### Who reaches whom", reachText(review.reach)] : []),
    ...(review.changes.length > 0 && review.unfollowed.length > 0 ? [unfollowedText(review.unfollowed)] : []),
    ...findingsText(review.findings),
    ...(review.changes.length > 0 ? [`### The picture\n\n\`\`\`mermaid\n${review.picture.trim()}\n\`\`\``] : []),
  ];
  return `${parts.join("\n\n")}\n`;
}

function summary({ changes, reach, findings }: Review): string {
  if (changes.length + reach.changes.length + findings.now.length === 0) return "Nothing changes.";
  const hosts = (what: HostChange["what"]) =>
    changes.filter((one) => one.what === what).reduce((sum, one) => sum + one.hosts.length, 0);
  const pairs = (became: ReachChange["became"]) => reach.changes.filter((one) => one.became === became).length;
  const counts: [number, string][] = [
    [hosts("added"), "added"],
    [hosts("changed"), "changed"],
    [hosts("removed"), "removed"],
  ];
  const said = counts.filter(([count]) => count > 0).map(([count, what]) => `${many(count, "host")} ${what}`);
  const rest = [
    [pairs("lost"), "can no longer reach another"],
    [pairs("gained"), "can newly reach another"],
  ] as const;
  return [
    said.length > 0 ? `${said.join(", ")}.` : "No host changes.",
    ...rest.filter(([count]) => count > 0).map(([count, what]) => `In ${many(count, "direction")}, a host ${what}.`),
    findings.appeared.length > 0 ? `**${many(findings.appeared.length, "new finding")}.**` : "No new findings.",
  ].join(" ");
}

function hostText({ hosts, what, lines }: HostChange): string {
  const names = few(hosts);
  const many = hosts.length > 1 ? ` (${hosts.length} hosts; the lines are those of the first)` : "";
  const title = `**${names}** ${what === "changed" ? "changes" : `is ${what}`}${many}`;
  const written = lines.flatMap(({ sign, text, inner }) => [
    `- ${sign} ${text}`,
    ...(inner ? ["  ```diff", ...inner.map((line) => `  ${line.replaceAll("```", "'''")}`), "  ```"] : []),
  ]);
  return written.length > 0 ? `${title}\n\n${written.join("\n")}` : title;
}

function few(hosts: readonly string[]): string {
  return hosts.length > 3 ? `${hostLabel(hosts[0] as string)} … ${hostLabel(hosts.at(-1) as string)}` : list(hosts);
}

function list(hosts: readonly string[]): string {
  return hosts.map(hostLabel).join(", ");
}

function replacedText(all: readonly Replacement[]): string {
  const names = all.map(({ kind, label }) => `${kind} ${code(label)}`);
  return `Removed and made again: ${names.join(", ")}. What stands on them is gone in between.`;
}

function unfollowedText(hosts: readonly string[]): string {
  return (
    `Who reaches whom through the firewall of ${few(hosts)} is not known here: to ask nft what its rules mean takes ` +
    "the library of nftables, and the right to make a network namespace, as root has it or anybody in a user namespace; " +
    "and rules that nft accepts."
  );
}

/** Both directions in one row where it is the same with both. */
function reachText({ changes, asked, hosts }: ReachChanges): string {
  const keyOf = ({ from, to, family, became, address }: ReachChange) =>
    JSON.stringify([from, to, family, became, address]);
  const keys = new Set(changes.map(keyOf));
  const rows = changes
    .filter((one) => !(one.from > one.to && keys.has(keyOf({ ...one, from: one.to, to: one.from }))))
    .map((one) => {
      const arrow = keys.has(keyOf({ ...one, from: one.to, to: one.from })) ? "↔" : "→";
      const at = one.address === undefined ? "" : ` at ${code(one.address)}`;
      const family = one.family === "inet" ? "IPv4" : "IPv6";
      return (
        `| ${cell(`${hostLabel(one.from)} ${arrow} ${hostLabel(one.to)}${at}`)} | ${family} | ` +
        `${verdict[one.became]} | ${cell(plain(reasonOf(one)))} |`
      );
    });
  const shown = rows.slice(0, MOST_ROWS);
  const more = rows.length > shown.length ? `\n\n… and ${rows.length - shown.length} more.` : "";
  const note = asked < hosts ? `\n\nOf ${hosts} hosts, ${asked} were compared, those that change first.` : "";
  const how = "\n\nBy ping: a change of single ports does not show here.";
  return `| hosts | | | why |\n| --- | --- | --- | --- |\n${shown.join("\n")}${more}${note}${how}`;
}

const verdict = {
  lost: "**− can no longer reach**",
  gained: "+ can now reach",
  unknown: "? no longer known",
};

function reasonOf({ became, stop }: ReachChange): string {
  if (!stop) return "";
  return became === "gained" ? `Before: ${stop.why}` : stop.why;
}

function findingsText({ appeared, gone, now }: FindingChanges): string[] {
  const still = now.length - appeared.length;
  if (now.length + gone.length === 0) return [];
  const lines = [
    ...appeared.map(
      ({ code: name, level, what, todo, resources }) =>
        `- **new ${level}** \`${name}\`: ` +
        `${plain(`${what} ${todo}`)}${resources.length > 0 ? ` (${resources.map((one) => code(labelOf(one))).join(", ")})` : ""}`,
    ),
    ...gone.map(({ code: name, what }) => `- mended \`${name}\`: ~~${plain(what)}~~`),
    ...(still > 0 ? [`- ${many(still, "finding")} as before`] : []),
  ];
  return ["### Findings", lines.join("\n")];
}

function many(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}

/** What has names of the lab in it, in one line and without tags. */
function plain(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("<", "&lt;");
}

/** In a table a bar ends a cell, even in code. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s+/g, " ");
}
