import path from "node:path";
import { ensureStack, exportLines, labEnv, labSettings, projects, readOutput } from "./lab.mjs";
import { giveBack } from "./owner.mjs";
import { root } from "./places.mjs";
import { say } from "./progress.mjs";
import { requireMeans, whyOffline } from "./rights.mjs";
import { aboutSandbox, chooseSandbox } from "./sandbox.mjs";
import { setUp } from "./setup.mjs";
import { handOver, Stop } from "./shell.mjs";
import { tryNext } from "./tryNext.mjs";

const commands = {
  up: { run: pulumi, words: ["up", "--yes"], changesKernel: true },
  preview: { run: pulumi, words: ["preview"], changesKernel: false },
  refresh: { run: pulumi, words: ["refresh", "--yes"], changesKernel: true },
  destroy: { run: pulumi, words: ["destroy", "--yes"], changesKernel: true },
  env: { run: printEnv },
  setup: { run: setUpOnly },
};

/** The lab is in a sandbox, whoever runs this. */
const SANDBOX = "--sandbox";

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  say(error instanceof Stop ? error.message : error.stack);
  process.exitCode = 1;
}

async function main([name, ...args]) {
  const command = commands[name];
  if (!command) {
    throw new Stop(`There is no command ${name}; there are ${Object.keys(commands).join(", ")}.`);
  }
  return command.run({ ...command, name, args });
}

async function pulumi({ name, args: given, words, changesKernel }) {
  const [asked, args] = [given.includes(SANDBOX), given.filter((word) => word !== SANDBOX)];
  const from = process.env.INIT_CWD ?? process.cwd();
  const folder = path.resolve(from, option(args, "-C", "--cwd") ?? root);
  const stack = option(args, "-s", "--stack") ?? labSettings().PULUMI_STACK;
  const place = { folder, stack };
  const sandbox = chooseSandbox({ ...place, asked });
  const own = sandbox === undefined ? {} : { NETNS_SANDBOX: sandbox };
  const means = { ...place, env: { ...process.env, ...own } };
  const offline = changesKernel ? requireMeans({ command: name, args, ...means }) : whyOffline(means);
  if (offline) {
    say(`This preview compares with the recorded state, because ${offline}.`);
  }

  if (sandbox && !asked && ["up", "preview"].includes(name)) {
    say(aboutSandbox(sandbox));
  }

  const engine = await setUp();
  const env = { ...labEnv(engine), ...own, ...(offline ? { NETNS_OFFLINE: "true" } : {}) };
  try {
    await ensureStack({ ...place, pulumi: engine.pulumi, env });
    const argv = [engine.pulumi, ...words, "--cwd", folder, ...args];
    const code = await handOver(argv, { cwd: from, env });
    const next = name === "up" && code === 0 && readOutput({ ...place, env, name: "try" });
    if (next) {
      console.log(`\n${tryNext(next, env.PATH, { sandbox: env.NETNS_SANDBOX, folder: path.relative(from, folder) })}`);
    }
    return code;
  } finally {
    giveBack(place);
  }
}

async function printEnv() {
  const engine = await setUp();
  const env = labEnv(engine);
  const stack = env.PULUMI_STACK;
  for (const folder of projects()) {
    await ensureStack({ folder, stack, pulumi: engine.pulumi, env });
    giveBack({ folder, stack });
  }
  const recorded = projects().map((folder) => chooseSandbox({ folder, stack, canMake: () => false }));
  const [sandbox] = recorded.filter(Boolean);
  console.log([exportLines(engine), ...(sandbox ? [`export NETNS_SANDBOX=${sandbox}`] : [])].join("\n"));
  return 0;
}

async function setUpOnly() {
  await setUp();
  return 0;
}

/** The value that pulumi will take for an option of its own, in any of the ways to write it. */
function option(args, short, long) {
  const values = args.flatMap((word, at) => {
    if (word === short || word === long) {
      return args.slice(at + 1, at + 2);
    }
    const prefix = [`${long}=`, short].find((start) => word.startsWith(start));
    return prefix ? [word.slice(prefix.length)] : [];
  });
  return values.at(-1);
}
