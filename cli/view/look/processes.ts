import { readdir, readFile, stat } from "node:fs/promises";
import { netnsPath } from "../../../provider/kernel/netnsPath";
import type { Table } from "../protocol";

const OWN = "/proc/self/ns/net";

/** The processes whose network namespace it is. */
export async function processesIn(netns: string | undefined): Promise<Table> {
  const home = await inode(netns === undefined ? OWN : netnsPath(netns));
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const rows = await Promise.all(
    pids.map(async (pid) =>
      (await inode(`/proc/${pid}/ns/net`)) === home && home !== undefined ? [await row(pid)] : [],
    ),
  );
  return { title: "Processes", head: ["pid", "uid", "command"], rows: rows.flat() };
}

/** Of a process that has ended meanwhile, what can be told is nothing. */
async function row(pid: string): Promise<string[]> {
  const [words, status] = await Promise.all(
    ["cmdline", "status"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
  );
  const uid = /^Uid:\s+(\d+)/m.exec(status ?? "")?.[1] ?? "";
  const name = /^Name:\s+(.*)/m.exec(status ?? "")?.[1] ?? "";
  return [pid, uid, words?.replaceAll("\0", " ").trim() || `[${name}]`];
}

async function inode(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ ino }) => ino,
    () => undefined,
  );
}
