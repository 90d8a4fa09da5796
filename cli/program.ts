import { Command } from "commander";
import { version } from "../provider/version";
import { completeBy, completion } from "./completion";
import { exitCodes } from "./exitCodes";
import { fail } from "./fail";
import type { StackPlace } from "./stack";
import type { Verb } from "./verb";

/** The parser of `netns` with these verbs, and with what completes them. */
export function programOf(verbs: readonly Verb[]): Command {
  const program = new Command("netns")
    .description("Look at the network lab of a Pulumi stack, and work in it.")
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError("(see `netns --help` and `netns VERB --help`)")
    .addHelpText("after", "\nIt uses the stack that is selected in the current folder.");
  withPlace(program, exitCodes.usage);
  for (const verb of [...verbs, completion]) program.addCommand(commandOf(verb));
  return program.addCommand(commandOf(completeBy(program)), { hidden: true });
}

function commandOf(verb: Verb): Command {
  const command = new Command(verb.name).summary(verb.summary).description(verb.description ?? verb.summary);
  for (const argument of verb.arguments ?? []) command.addArgument(argument);
  for (const option of verb.options ?? []) command.addOption(option);
  if (verb.takesCommand) command.passThroughOptions();
  withPlace(command, verb.takesCommand ? exitCodes.failedToRun : exitCodes.usage);
  command.addHelpText("after", examplesOf(verb));
  return command.action(async () => {
    const { cwd, stack, ...options } = command.optsWithGlobals<StackPlace>();
    const at = { ...(cwd === undefined ? {} : { cwd }), ...(stack === undefined ? {} : { stack }) };
    // Node changes what stdout is as soon as that is looked at: a command is to find it as it was.
    if (!verb.takesCommand) endWithReader();
    try {
      process.exitCode = (await verb.run({ words: command.args, options, at })) ?? 0;
    } catch (error) {
      fail(error, verb.takesCommand ? exitCodes.failedToRun : exitCodes.failed);
    }
  });
}

/** Who reads may have seen enough, as `head` does. */
function endWithReader(): void {
  process.stdout.on("error", ({ code }: NodeJS.ErrnoException) =>
    process.exit(code === "EPIPE" ? 0 : exitCodes.failed),
  );
}

/** As pulumi has them, and like there before the verb or after it. */
function withPlace(command: Command, usageCode: number): void {
  command
    .exitOverride((error) => {
      process.exitCode = error.exitCode === 0 ? 0 : usageCode;
      throw error;
    })
    .option("-C, --cwd <folder>", "run as if started in this folder")
    .option("-s, --stack <name>", "use this stack, instead of the selected one");
}

function examplesOf({ examples }: Verb): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  return ["", "Examples:", ...examples.map(([line, what]) => `  ${line.padEnd(width)}  ${what}`)].join("\n");
}
