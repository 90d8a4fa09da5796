import { stringify } from "yaml";
import { Ref, type Statement, type Value } from "./read";

/** What stands in PCL for all arguments of a resource as one value, which other languages have a word for, and PCL has none. */
export const ALL_ARGUMENTS = "allArguments";

/** In PCL, from which Pulumi's generators make programs. */
export function toPcl(statements: readonly Statement[]): string {
  return statements.map(pclOf).join("\n");
}

function pclOf(statement: Statement): string {
  if (statement.does === "export") return `output ${statement.variable} {\nvalue = ${pcl(statement.value)}\n}`;
  if (statement.does === "call") return `${statement.variable} = invoke("${statement.token}", ${pcl(statement.args)})`;
  const { variable, name, token, args, options } = statement;
  const logical = name === variable ? "" : `__logicalName = ${pcl(name)}\n`;
  const given = args instanceof Ref ? { [ALL_ARGUMENTS]: args } : args;
  return `resource ${variable} "${token}" {\n${logical}${attributes(given)}options {\n${attributes(options)}}\n}`;
}

function pcl(value: Value): string {
  if (value instanceof Ref) return value.text;
  if (typeof value === "string") return JSON.stringify(value).replace(/[$%](?=\{)/g, "$&$&");
  if (Array.isArray(value)) return `[${value.map(pcl).join(", ")}]`;
  return typeof value === "object" ? `{\n${attributes(value)}}` : String(value);
}

function attributes(value: Value): string {
  return Object.entries(value)
    .map(([key, inner]) => `${key} = ${pcl(inner)}\n`)
    .join("");
}

/** pulumi-yaml takes no value of an enumeration where one of the same is wanted. */
const UNCHECKED =
  "# Run it with PULUMI_DEBUG_YAML_DISABLE_TYPE_CHECKING=true: YAML's check does not know enumerations again.\n";

/** As in a Pulumi.yaml. It throws where YAML has no word for it. */
export function toYaml(statements: readonly Statement[]): string {
  const sections: Record<string, Record<string, unknown>> = { variables: {}, resources: {}, outputs: {} };
  for (const statement of statements) {
    const [section, said] = yamlOf(statement);
    Object.assign(sections[section] ?? {}, { [statement.variable]: said });
  }
  const isUnchecked = statements.some((one) => one.does === "make" && one.args instanceof Ref);
  return `${isUnchecked ? UNCHECKED : ""}${stringify(filled(sections), { lineWidth: 0, compat: "yaml-1.1" })}`.trim();
}

function yamlOf(statement: Statement): [section: string, said: unknown] {
  if (statement.does === "export") return ["outputs", yaml(statement.value)];
  const [token, args] = [statement.token.replace(":index:", ":"), yaml(statement.args)];
  if (statement.does === "call") return ["variables", { "fn::invoke": { function: token, arguments: args } }];
  const { variable, name, options } = statement;
  return [
    "resources",
    filled({ type: token, name: name === variable ? {} : name, properties: args, options: yaml(options) }),
  ];
}

function yaml(value: Value): unknown {
  if (value instanceof Ref) {
    if (value.isTerm) throw new Error(`YAML has no terms: ${value.text}`);
    return `\${${value.text}}`;
  }
  if (typeof value === "string") return value.replace(/\$(?=\{)/g, "$&$&");
  if (Array.isArray(value)) return value.map(yaml);
  if (typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, yaml(inner)]));
}

/** Without what is empty. */
function filled(sections: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(sections).filter(([, said]) => Object.keys(said as object).length > 0));
}
