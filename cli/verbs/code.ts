import { Argument, Option } from "commander";
import { outOption, type ProgramOptions, topologyOption } from "../programOptions";
import type { Verb } from "../verb";

export const code: Verb<ProgramOptions & { own?: true; from?: string; json?: true }> = {
  name: "code",
  summary: "write a program for what is on this host, or in another tool's file",
  description:
    "Writes a program in TypeScript for what is on this host, whoever made it, and a file with which `pulumi " +
    "import --file` imports it into a stack; after that, the preview is empty. Lists whatever no resource can describe. " +
    "With --from, the program is for the lab in a file of containerlab or netlab, in the words of the function `lab`; " +
    "what has no counterpart is listed with its line.",
  arguments: [new Argument("[host...]", "namespaces under /run/netns; by default all of them")],
  options: [
    outOption,
    new Option("--import <file>", "write the file for `pulumi import --file` to this file"),
    topologyOption,
    new Option("--own", "also the namespace in which this runs").conflicts("topology"),
    new Option("--from <file>", "read this file of containerlab or netlab (-: standard input) instead").conflicts([
      ...["import", "topology", "own"],
    ]),
    new Option("--json", "with --from: the program and what has no counterpart, for programs"),
  ],
  examples: [
    ["netns code", "everything in all namespaces that have a name"],
    ["netns code r1 r2 -o index.ts --import import.json", "two hosts, and the file that imports them into a stack"],
    ["netns code --topology", "the same as one Topology"],
    ["netns code --from lab.clab.yml -o index.ts", "the lab of a file of containerlab"],
  ],
  async run({ words, options }) {
    if (options.from !== undefined || options.json) {
      const { codeFrom } = await import("../codeFrom.js");
      await codeFrom(words, options);
      return 0;
    }
    const [{ liveKernel, namespacesNamed, inventoryOf }, { asProgram, writeProgram }, { toRanges }] = await Promise.all(
      [import("../live.js"), import("../programText.js"), import("../../provider/topology/namespaceRanges.js")],
    );
    const kernel = liveKernel();
    const names = await namespacesNamed(kernel, words);
    const inventory = await inventoryOf(kernel, options.own ? [undefined, ...names] : names);
    await writeProgram(asProgram(inventory, options, toRanges(names)), inventory, options);
    return 0;
  },
};
