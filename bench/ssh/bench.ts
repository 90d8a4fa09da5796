import { SshLab } from "../../test/support/labHost/sshLab";
import { machine } from "../machine";
import type { Outcome } from "../publish";
import { measureCases } from "./cases";
import { sshLines } from "./report";
import type { Arrival, SshResults } from "./results";
import { arrivalBy, waysIn } from "./ways";

/** The star here, and on a lab host over ssh, without and with a delay in between; and what the way there takes. */
export async function sshBench(n: number, rounds: number): Promise<Outcome> {
  const about = { date: new Date().toISOString().slice(0, 10), machine: await machine(), n, rounds };
  const lab = await SshLab.start();
  const searchPath = process.env.PATH;
  try {
    const ways = await waysIn(lab);
    process.env.PATH = lab.env.PATH;
    const arrivals: Arrival[] = [];
    for (const way of ways.filter(({ name }) => name)) arrivals.push(await arrivalBy(way, rounds));
    process.env.PATH = searchPath;
    const results: SshResults = { ...about, arrivals, took: await measureCases(lab, ways, n, rounds) };
    return {
      blocks: { ssh: sshLines(results) },
      files: { "ssh.json": `${JSON.stringify(results, undefined, 2)}\n` },
    };
  } finally {
    process.env.PATH = searchPath;
    await lab.stop();
  }
}
