import { type FunctionSpec, lastPart, type PackageSpec } from "./spec";
import { interfaceText, jsdoc, typeImports } from "./typescript";

/** The file of a function: one that takes plain values and gives a promise, and one for outputs, as Pulumi has them. */
export function functionText(spec: PackageSpec, token: string, { description, inputs, outputs }: FunctionSpec): string {
  const name = lastPart(token);
  const type = name.charAt(0).toUpperCase() + name.slice(1);
  const described = (text: string, object: typeof inputs) => ({ ...object, description: text });
  const text = `${jsdoc(description)}
export function ${name}(args: ${type}Args, opts?: pulumi.InvokeOptions): Promise<${type}Result> {
  return invoke("${token}", { ...args }, withVersion(opts));
}

${jsdoc(description)}
export function ${name}Output(args: ${type}OutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<${type}Result> {
  return invokeOutput("${token}", { ...args }, withVersion(opts));
}

${interfaceText(spec, `${type}Args`, described(`The arguments of ${name}.`, inputs), "output")}
${interfaceText(spec, `${type}OutputArgs`, described(`The arguments of ${name}Output.`, inputs), "input")}
${interfaceText(spec, `${type}Result`, described(`What ${name} gives.`, outputs), "output")}`;
  return `import type * as pulumi from "@pulumi/pulumi";\nimport { invoke, invokeOutput } from "@pulumi/pulumi/runtime/invoke";\nimport { withVersion } from "./resource";\n${typeImports(text, "./types")}\n${text}`;
}
