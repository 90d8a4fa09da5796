import { writeFile } from "node:fs/promises";
import { Option } from "commander";
import { pictures } from "../../provider/model/picture/picture";
import { readPreview } from "../preview";
import { readStack } from "../stack";
import type { Verb } from "../verb";

type Format = keyof typeof pictures;

interface Options {
  output?: string;
  format?: Format;
  preview?: true;
  all?: true;
}

export const graph: Verb<Options> = {
  name: "graph",
  summary: "draw the lab",
  description:
    "Draws the lab of the stack: its hosts with their devices and addresses, bridges, cables and tunnels. In a " +
    "large lab, hosts that are alike are drawn as one.",
  options: [
    new Option("-o, --output <file>", "the file to write, instead of stdout"),
    new Option("--format <format>", "how to draw it: by default as the file's extension says, or svg").choices([
      "svg",
      "mermaid",
      "dot",
    ]),
    new Option("--preview", "draw the lab as `pulumi up` would make it, with all changes in colour"),
    new Option("--all", "draw each host of a large lab, even if many are alike"),
  ],
  examples: [
    ["netns graph -o lab.svg", "a picture for a browser or a README"],
    ["netns graph --preview -o change.svg", "the same, with what would change in colour"],
    ["netns graph --format mermaid", "text that GitHub draws in a page"],
  ],
  async run({ options, at }) {
    const { output, preview, all } = options;
    const { before, after } = preview
      ? await readPreview(at)
      : { before: undefined, after: (await readStack(at)).graph };
    const draw = pictures[options.format ?? formatOf(output)];
    const text = await draw(after, { ...(before && { before }), ...(all && { all }) });
    if (output === undefined) process.stdout.write(text);
    else await writeFile(output, text);
    return 0;
  },
};

function formatOf(file = ""): Format {
  return byEnding[file.slice(file.lastIndexOf(".") + 1)] ?? "svg";
}

const byEnding: Record<string, Format> = { mmd: "mermaid", mermaid: "mermaid", dot: "dot", gv: "dot" };
