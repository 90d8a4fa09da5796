import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type PackageSpec, refTo } from "../spec";
import { type Statement, statementsOf } from "./read";
import { ALL_ARGUMENTS, toPcl, toYaml } from "./write";

export const LANGUAGES = ["python", "go", "yaml"] as const;
type Language = (typeof LANGUAGES)[number];

/** By the tokens of what they show. */
type Examples = Record<string, string>;

/** Those of Pulumi's own generators, by language, and a hash of what they come from. */
export interface Generated {
  from: string;
  programs: Record<string, { python: string; go: string }>;
}

/** Where a language cannot say what an example shows, and why. */
export const WITHOUT: Readonly<Record<string, Partial<Record<Language, string>>>> = {
  "netns:index:pathTo": { yaml: "it has no arithmetic" },
};

/** Where they are, from the root of the repository. */
export const GENERATED = "provider/schema/examples/generated.json";

export function readGenerated(): Generated {
  return JSON.parse(readFileSync(join(__dirname, "generated.json"), "utf8"));
}

/** What Pulumi's generators make them of: PCL, and a schema by which all can be said in it. */
export function forGenerators(spec: PackageSpec, examples: Examples) {
  const schema = JSON.parse(
    JSON.stringify(spec, (key, value) => (key === "description" && typeof value === "string" ? undefined : value)),
  );
  const topology = schema.resources["netns:index:Topology"];
  topology.inputProperties[ALL_ARGUMENTS] = { $ref: refTo("netns:index:LabTopology") };
  const programs = Object.entries(examples).map(([token, program]) => [token, toPcl(said(token, program))]);
  return { schema, programs: Object.fromEntries(programs) };
}

/** The schema with each example in all languages. */
export function withTranslations(spec: PackageSpec, examples: Examples, { programs }: Generated): PackageSpec {
  function inAll<Spec extends { description: string }>(specs: Record<string, Spec>): Record<string, Spec> {
    const all = Object.entries(specs).map(([token, one]) => {
      const texts = {
        ...programs[token],
        yaml: WITHOUT[token]?.yaml ? undefined : toYaml(said(token, examples[token] ?? "")),
      };
      const fences = LANGUAGES.filter((language) => texts[language] && !WITHOUT[token]?.[language]).map(
        (language) => `\n\`\`\`${language}\n${texts[language]}\n\`\`\`\n`,
      );
      const description = one.description.replace(/^(?=\{\{% \/example %\}\})/m, () => fences.join(""));
      return [token, { ...one, description }];
    });
    return Object.fromEntries(all);
  }
  return { ...spec, resources: inAll(spec.resources), functions: inAll(spec.functions) };
}

function said(token: string, program: string): Statement[] {
  try {
    return statementsOf(program);
  } catch (error) {
    throw new Error(`The example of ${token}: ${(error as Error).message}`);
  }
}
