import {
  lastPart,
  type ObjectSpec,
  type PackageSpec,
  PROVIDER,
  type PropertySpec,
  referred,
  type ValueSpec,
} from "./spec";
import type { Side } from "./types";

const WIDTH = 100;

/** A value's type in TypeScript; below an input, every value may be an output of another resource. */
export function typeText(spec: PackageSpec, value: ValueSpec, side: Side): string {
  const named = referred(spec, value);
  if (named) return `${named.type.enum ? "enums" : `${side}s`}.${lastPart(named.token)}`;
  if (value.$ref === PROVIDER) return "pulumi.ProviderResource";
  if (value.oneOf) return value.oneOf.map((option) => typeText(spec, option, side)).join(" | ");
  if (value.items) {
    const item = typeText(spec, value.items, side);
    return side === "input" ? `pulumi.Input<${item}>[]` : `(${item})[]`;
  }
  if (value.additionalProperties) {
    const inner = typeText(spec, value.additionalProperties, side);
    return `{ [key: string]: ${side === "input" ? `pulumi.Input<${inner}>` : inner} }`;
  }
  return value.type === "integer" ? "number" : (value.type ?? "unknown");
}

export function interfaceText(spec: PackageSpec, name: string, object: ObjectSpec, side: Side): string {
  const members = Object.entries(object.properties ?? {}).map(([key, property]) => {
    const isRequired = object.required?.includes(key) ?? false;
    return `${jsdoc(property.description)}\n${member(spec, key, property, side, isRequired)}`;
  });
  return `${jsdoc(object.description ?? name)}\nexport interface ${name} {\n${members.join("\n")}\n}\n`;
}

function member(spec: PackageSpec, key: string, property: PropertySpec, side: Side, isRequired: boolean): string {
  const type = typeText(spec, property, side) + (isRequired ? "" : " | undefined");
  return `${key}${isRequired ? "" : "?"}: ${side === "input" ? `pulumi.Input<${type}>` : type};`;
}

/** Those of the modules of types that a text names, as imports. */
export function typeImports(text: string, folder: string): string {
  const modules = { enums: "enums", inputs: "input", outputs: "output" };
  const used = Object.entries(modules).filter(([name]) => new RegExp(`\\b${name}\\.`).test(text));
  return used.map(([name, file]) => `import type * as ${name} from "${folder}/${file}";\n`).join("");
}

/** Markdown as a comment, without the marks that Pulumi's own pages need around examples. */
export function jsdoc(markdown: string): string {
  const lines = withoutMarks(markdown)
    .split("\n")
    .flatMap(proseAtWidth())
    .map((line) => line.replaceAll("*/", "*&#47;"));
  return lines.length === 1
    ? `/** ${lines[0]} */`
    : `/**\n${lines.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */`;
}

function withoutMarks(markdown: string): string {
  return markdown
    .replace(/\{\{% \/?examples? %\}\}\n?/g, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/** Breaks long lines, but not those of code. */
function proseAtWidth(): (line: string) => string[] {
  let isCode = false;
  return (line) => {
    if (line.startsWith("```")) isCode = !isCode;
    return isCode ? [line] : broken(line);
  };
}

function broken(line: string): string[] {
  if (line.length <= WIDTH) return [line];
  const space = line.lastIndexOf(" ", WIDTH);
  return space <= 0 ? [line] : [line.slice(0, space), ...broken(line.slice(space + 1))];
}
