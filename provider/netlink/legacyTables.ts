import { readFileSync } from "node:fs";
import { within } from "./inNamespace";

/** Where the kernel tells which tables iptables has in it, as it was before nftables. */
const FILES = { iptables: "ip_tables_names", ip6tables: "ip6_tables_names", arptables: "arp_tables_names" };

/** The tables of a namespace that are none of nftables, by the program that makes them. */
export function listLegacyTables(netns: string | undefined): [program: string, table: string][] {
  return within(netns, () =>
    Object.entries(FILES).flatMap(([program, file]) => {
      const names = readIfThere(`/proc/thread-self/net/${file}`).split("\n");
      return names.filter((name) => name !== "").map((name): [string, string] => [program, name]);
    }),
  );
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "EACCES")) return "";
    throw error;
  }
}
