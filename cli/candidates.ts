import { Argument, type Command, type Option } from "commander";
import type { Graph } from "../provider/model/graph";
import { readStack, type StackPlace } from "./stack";

/** An argument that names something of the lab, with all the names that there are. */
export class StackArgument extends Argument {
  constructor(
    flags: string,
    description: string,
    readonly namesIn: (graph: Graph) => readonly string[],
  ) {
    super(flags, description);
  }
}

/** An argument that is another command, with its own words. */
export class CommandArgument extends Argument {}

/** What can stand in the place of a word: one of these, each with what it is, or something that the shell itself knows. */
export type Candidates =
  | { kind: "words"; words: readonly (readonly [word: string, what: string])[] }
  | { kind: "files" | "folders" }
  /** As it would be if the line began at this word. */
  | { kind: "command"; at: number };

/** What a line says up to a word, as the parser will read it. */
interface Read {
  command: Command;
  /** How many arguments of the command there are. */
  operands: number;
  /** The next word is its value. */
  option?: Option | undefined;
  /** The next word is an argument, whatever it looks like. */
  isLiteral: boolean;
  /** Where a command of its own begins. */
  commandAt?: number;
  place: StackPlace;
}

/** What the last of the words of a line can be, of which the first is `netns`. */
export async function candidatesFor(program: Command, line: readonly string[]): Promise<Candidates> {
  const last = line.at(-1) ?? "";
  const found = await candidates(program, readWords(program, line.slice(0, -1)), last, line.length - 1);
  if (found.kind !== "words") return found;
  return { kind: "words", words: found.words.filter(([word]) => word.startsWith(last)) };
}

async function candidates(program: Command, read: Read, last: string, index: number): Promise<Candidates> {
  const { command, option, operands, isLiteral, commandAt = index, place } = read;
  if (option) return valuesOf(option);
  const help = command.createHelp();
  if (last.startsWith("-") && !isLiteral) {
    return words(help.visibleOptions(command).map((one) => [one.long ?? one.flags, one.description]));
  }
  if (command === program) return words(help.visibleCommands(command).map((verb) => [verb.name(), verb.summary()]));
  const all = command.registeredArguments;
  const argument = all[operands] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
  if (argument instanceof CommandArgument) return { kind: "command", at: commandAt };
  if (argument instanceof StackArgument) {
    const { graph } = await readStack(place);
    return words(argument.namesIn(graph).map((name) => [name, ""]));
  }
  return words(argument?.argChoices?.map((choice) => [choice, ""]) ?? []);
}

function readWords(program: Command, line: readonly string[]): Read {
  const read: Read = { command: program, operands: 0, isLiteral: false, place: {} };
  for (const [index, word] of line.entries()) {
    // Bash has `--stack=NAME` in three words.
    if (index > 0 && word !== "=") readWord(read, word, index);
  }
  return read;
}

function readWord(read: Read, word: string, index: number): void {
  const { command, option, isLiteral, operands, place } = read;
  if (option) {
    Object.assign(place, { [option.attributeName()]: word });
    read.option = undefined;
  } else if (word === "--" && (!isLiteral || operands === 1)) {
    read.isLiteral = true;
  } else if (word.startsWith("-") && !isLiteral) {
    const [flag = "", value] = word.split("=", 2);
    const found = command.options.find(({ short, long }) => short === flag || long === flag);
    if (!found?.required) return;
    if (value === undefined) read.option = found;
    else Object.assign(place, { [found.attributeName()]: value });
  } else if (command.parent === null) {
    read.command = command.commands.find((verb) => verb.name() === word) ?? command;
  } else {
    if (operands === 1) read.commandAt ??= index;
    read.operands += 1;
    read.isLiteral ||= command.registeredArguments.some((one) => one instanceof CommandArgument);
  }
}

function valuesOf({ argChoices, flags }: Option): Candidates {
  if (argChoices) return words(argChoices.map((choice) => [choice, ""]));
  if (flags.includes("<file>")) return { kind: "files" };
  return flags.includes("<folder>") ? { kind: "folders" } : words([]);
}

function words(all: readonly (readonly [word: string, what: string])[]): Candidates {
  return { kind: "words", words: all };
}
