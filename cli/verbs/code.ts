import { Argument, Option } from "commander";
import { outOption, type ProgramOptions, topologyOption } from "../programOptions";
import type { Verb } from "../verb";

export const code: Verb<ProgramOptions & { own?: true }> = {
  name: "code",
  summary: "write what is there on this host as a program",
  description:
    "Writes what is there on this host, whoever made it, as a program in TypeScript, and the file with which " +
    "`pulumi import --file` takes it into a stack: the preview is empty then. What no resource describes is listed.",
  arguments: [new Argument("[host...]", "namespaces under /run/netns; all of them where none is named")],
  options: [
    outOption,
    new Option("--import <file>", "where what `pulumi import --file` takes goes"),
    topologyOption,
    new Option("--own", "what is in the namespace that this is run in, too").conflicts("topology"),
  ],
  examples: [
    ["netns code", "what is in all namespaces that have a name"],
    ["netns code r1 r2 -o index.ts --import import.json", "two hosts, and what takes them into a stack"],
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
