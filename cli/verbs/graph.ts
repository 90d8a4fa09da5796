import { extname } from "node:path";
import { Option } from "commander";
import { NetnsError } from "../../provider/errors";
import { pictures } from "../../provider/model/picture/picture";
import { readPreview } from "../preview";
import { readStack } from "../stack";
import type { Verb } from "../verb";
import { writeOut } from "../writeOut";

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
    const draw = pictures[options.format ?? formatOf(output)];
    const { before, after } = preview
      ? await readPreview(at)
      : { before: undefined, after: (await readStack(at)).graph };
    const text = await draw(after, { ...(before && { before }), ...(all && { all }) });
    await writeOut(output, text);
    return 0;
  },
};

function formatOf(file: string | undefined): Format {
  if (file === undefined) return "svg";
  const format = byEnding[extname(file).slice(1)];
  if (format) return format;
  const endings = Object.keys(byEnding).map((ending) => `.${ending}`);
  throw new NetnsError({
    kind: "user",
    tried: `could not tell in which format to write ${file}`,
    said: `the name of the file ends in none of ${endings.join(", ")}`,
    todo: "Name it so, or say how to draw it: `--format svg`, `mermaid` or `dot`.",
  });
}

const byEnding: Record<string, Format | undefined> = {
  svg: "svg",
  mmd: "mermaid",
  mermaid: "mermaid",
  dot: "dot",
  gv: "dot",
};
