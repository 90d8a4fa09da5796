import path from "node:path";
import { pluginFolder } from "../test/support/engine/project";
import { LabHost } from "../test/support/labHost/labHost";
import { pyroute2, venv } from "./contenders/python";
import { spread } from "./spread";
import { table } from "./table";

const HOSTS = [3, 20];
/** The first of a process, which has to load all, and others after it. */
const LABS = 6;

interface Way {
  title: string;
  argv(hosts: number): string[];
}

const at = (file: string) => path.join(__dirname, "tests", file);

const ways: readonly Way[] = [
  { title: "`withLab`, resources", argv: (n) => [process.execPath, at("withLab.mjs"), `${n}`, `${LABS}`] },
  {
    title: "`withLab`, one Topology",
    argv: (n) => [process.execPath, at("withLab.mjs"), `${n}`, `${LABS}`, "topology"],
  },
  {
    title: "the same by Pulumi's Automation API, resources",
    argv: (n) => [process.execPath, at("automation.mjs"), `${n}`, `${LABS}`, pluginFolder],
  },
  { title: "a script of `ip` in `unshare`", argv: (n) => ["sh", at("script.sh"), `${n}`, `${LABS}`] },
  {
    title: "a fixture over pyroute2",
    argv: (n) => [path.join(venv, "bin/python"), at("pyroute2Fixture.py"), `${n}`, `${LABS}`],
  },
];

/** How long a test takes to its first ping, from its start, and how long each further one of the same process. */
export async function testingRows(): Promise<string[]> {
  await pyroute2.prepare();
  const rows: string[][] = [];
  for (const { title, argv } of ways) {
    const cells = [title];
    for (const hosts of HOSTS) {
      const [first = Number.NaN, ...further] = await answers(argv(hosts));
      cells.push(first.toFixed(2), spread(further).median.toFixed(2));
    }
    rows.push(cells);
  }
  const header = ["in seconds", ...HOSTS.flatMap((hosts) => [`${hosts} hosts, first`, "each further"])];
  return table(header, rows);
}

/** How long it took to each answer, from the one before, or from the start. */
async function answers(argv: readonly string[]): Promise<number[]> {
  const host = await LabHost.start();
  try {
    let before = performance.now();
    const took: number[] = [];
    const run = host.spawn(argv, { timeoutMs: 300_000, env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" } });
    run.stdout.on("data", () => {
      const now = performance.now();
      took.push((now - before) / 1000);
      before = now;
    });
    const { exitCode, stdout, stderr } = await run;
    if (exitCode !== 0) throw new Error(`${argv.join(" ")} ended with ${exitCode}\n${stdout}\n${stderr}`);
    return took;
  } finally {
    await host.stop();
  }
}
