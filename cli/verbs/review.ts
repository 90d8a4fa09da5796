import { Option } from "commander";
import { pictures } from "../../provider/model/picture/picture";
import { changesOf } from "../../provider/model/review/changes";
import { findingChanges } from "../../provider/model/review/findingChanges";
import { reachChanges } from "../../provider/model/review/reachChanges";
import { exitCodes } from "../exitCodes";
import { knowFirewalls, unknownFirewalls } from "../firewalls/know";
import { between, type Preview, readPreview, replacementsOf } from "../preview";
import { reviewText } from "../reviewText";
import type { StackPlace } from "../stack";
import type { Verb } from "../verb";
import { writeOut } from "../writeOut";

interface Options {
  base?: string;
  output?: string;
  svg?: string;
  failOn?: "error" | "warning";
}

export const review: Verb<Options> = {
  name: "review",
  summary: "describe in Markdown what a change does to the network",
  description:
    "Describes for a pull request what a change does to the network: the changes host by host, who can no " +
    "longer reach whom, findings, and a picture. It compares the program with its stack, or with another " +
    "program (--base). With NETNS_OFFLINE=true it needs no special rights and no lab.",
  options: [
    new Option("--base <folder>", "compare with the program in this folder, instead of the stack"),
    new Option("-o, --output <file>", "the file to write, instead of stdout"),
    new Option("--svg <file>", "write the picture to this file as well"),
    new Option(
      "--fail-on <level>",
      "exit with 1 if the lab has a finding of this level, or a worse one, after the change",
    ).choices(["error", "warning"]),
  ],
  examples: [
    ["netns review", "what `pulumi up` would do"],
    ["netns review --base ../main -o review.md", "what differs between two clones"],
    ["netns review --fail-on error", "for CI"],
  ],
  async run({ options, at }) {
    const { base, output, svg, failOn } = options;
    const preview = await read(at, base);
    const { before, after } = preview;
    await knowFirewalls(before, after);
    const changes = changesOf(before, after);
    const findings = findingChanges(before, after);
    const reach = reachChanges(before, after, new Set(changes.flatMap(({ hosts }) => hosts)));
    const text = reviewText({
      ...{ changes, findings, reach, unfollowed: unknownFirewalls(after) },
      replaced: replacementsOf(preview),
      picture: await pictures.mermaid(after, { before }),
    });
    if (svg !== undefined) await writeOut(svg, await pictures.svg(after, { before }));
    await writeOut(output, text);
    const failing = failOn === "warning" ? ["error", "warning"] : failOn === "error" ? ["error"] : [];
    return findings.now.some(({ level }) => failing.includes(level)) ? exitCodes.no : 0;
  },
};

/** Of two programs each is compared by what it would make. */
async function read(at: StackPlace, base: string | undefined): Promise<Preview> {
  const preview = await readPreview(at);
  return base === undefined ? preview : between(await readPreview({ ...at, cwd: base }), preview);
}
