import { Argument, Option } from "commander";
import { outOption, type ProgramOptions, topologyOption } from "../programOptions";
import type { Verb } from "../verb";

export const code: Verb<ProgramOptions & { own?: true }> = {
  name: "code",
  summary: "write a program for what is on this host",
  description:
    "Writes a program in TypeScript for what is on this host, whoever made it, and a file with which `pulumi " +
    "import --file` imports it into a stack; after that, the preview is empty. Lists whatever no resource can describe.",
  arguments: [new Argument("[host...]", "namespaces under /run/netns; by default all of them")],
  options: [
    outOption,
    new Option("--import <file>", "write the file for `pulumi import --file` to this file"),
    topologyOption,
    new Option("--own", "also the namespace in which this runs").conflicts("topology"),
  ],
  examples: [
    ["netns code", "everything in all namespaces that have a name"],
    ["netns code r1 r2 -o index.ts --import import.json", "two hosts, and the file that imports them into a stack"],
    ["netns code --topology", "the same as one Topology"],
  ],
  async run({ words, options }) {
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
