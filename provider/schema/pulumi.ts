import type { Component } from "../components/component";
import { type configSchema, environmentOf } from "../core/config";
import { metaOf } from "../core/meta";
import { type Func, functionToken } from "../functions/function";
import { type Definition, token } from "../resources/kind";
import { version } from "../version";
import type { FunctionSpec, ObjectSpec, PackageSpec, PropertySpec, ResourceSpec } from "./spec";
import { requiredKeys, type Side, Types } from "./types";

const MODULE = "netns:index";
const NPM_NAME = "pulumi-netns";
/** sdk/go, whose go.mod says the same. It begins with no host, so that nobody gets it from anywhere but a copy of it. */
const GO_MODULE = "pulumi-netns/sdk/go";

/** The package as Pulumi's engine, its command line and its generators of SDKs read it. */
export function packageSchema(
  kinds: readonly Definition[],
  config: typeof configSchema,
  functions: readonly Func[] = [],
  components: readonly Component[] = [],
): PackageSpec {
  const types = new Types(MODULE);
  const variables = configVariables(types, config);
  const resources = Object.fromEntries(kinds.map((kind) => [token(kind), resource(types, kind)]));
  const composed = Object.fromEntries(components.map((one) => [token(one), component(types, one)]));
  const called = Object.fromEntries(functions.map((one) => [functionToken(one), functionSpec(types, one)]));
  return {
    name: "netns",
    displayName: "Linux network namespaces",
    version,
    description:
      "Linux network labs as code: network namespaces, veth pairs, bridges, VXLAN, Open vSwitch, addresses, routes, sysctls and firewalls.",
    keywords: [
      "category/network",
      "kind/native",
      "linux",
      "network",
      "namespace",
      "netns",
      "veth",
      "route",
      "sysctl",
      "lab",
    ],
    license: "Apache-2.0",
    publisher: "netns",
    config: { variables },
    types: types.all(),
    provider: { description: metaOf(config).description ?? "", inputProperties: variables },
    resources: { ...resources, ...composed },
    functions: called,
    language: {
      csharp: { respectSchemaVersion: true },
      go: { importBasePath: `${GO_MODULE}/netns`, generateResourceContainerTypes: true, respectSchemaVersion: true },
      nodejs: { packageName: NPM_NAME, respectSchemaVersion: true },
      python: { pyproject: { enabled: true }, respectSchemaVersion: true },
    },
  };
}

/** The command that imports one: `idForm` begins with the form of the id. */
export function importLine(kind: Definition): string {
  const [id] = kind.idForm.split(" ");
  return `pulumi import ${token(kind)} RESOURCE ${id}`;
}

export function importSentence(kind: Definition): string {
  return `Import what already exists by its id, ${kind.idForm}, as the resource named RESOURCE:`;
}

/** Its variables are no `defaultInfo`: SDKs would read them where the program runs, and take them for said by the program. */
function configVariables(types: Types, config: typeof configSchema): Record<string, PropertySpec> {
  const properties = Object.entries(types.properties(config, "input", "Config"));
  return Object.fromEntries(
    properties.map(([key, property]) => {
      const variable = environmentOf(config.shape[key as keyof typeof config.shape]);
      const description = `${property.description}${variable ? ` In the environment: \`${variable}\`.` : ""}`;
      return [key, { ...property, description }];
    }),
  );
}

function resource(types: Types, kind: Definition): ResourceSpec {
  const properties = types.properties(kind.outputs, "output", kind.type);
  return {
    description: description(kind),
    properties,
    required: requiredKeys(kind.outputs, "output"),
    inputProperties: types.properties(kind.inputs, "input", kind.type),
    requiredInputs: requiredKeys(kind.inputs, "input").filter((key) => key !== kind.autoname),
    stateInputs: { type: "object", description: `What is known of the ${kind.type} besides its id.`, properties },
    listInputs: { type: "object", properties: listProperties },
  };
}

function component(types: Types, { type, description, example, inputs, outputs }: Component): ResourceSpec {
  return {
    description: `${description}\n\n${exampleText(example)}`,
    isComponent: true,
    properties: types.properties(outputs, "output", type),
    required: requiredKeys(outputs, "output"),
    inputProperties: types.properties(inputs, "input", type),
    requiredInputs: requiredKeys(inputs, "input"),
  };
}

function functionSpec(types: Types, { name, description, example, inputs, outputs }: Func): FunctionSpec {
  const owner = name.charAt(0).toUpperCase() + name.slice(1);
  const object = (fields: typeof inputs, side: Side): ObjectSpec => ({
    type: "object",
    properties: types.properties(fields, side, owner),
    required: requiredKeys(fields, side),
  });
  return {
    description: `${description}\n\n${exampleText(example)}`,
    inputs: object(inputs, "input"),
    outputs: object(outputs, "output"),
  };
}

const listProperties: Record<string, PropertySpec> = {
  namespace: {
    type: "string",
    description:
      "Only what is in this namespace: a name under /run/netns, or an absolute path such as `/proc/4242/ns/net`. " +
      "Absent: all namespaces with a name, and the one that the provider runs in.",
  },
};

function description(kind: Definition): string {
  return `${kind.description}

${exampleText(kind.example)}
## Import

${importSentence(kind)}

\`\`\`sh
${importLine(kind)}
\`\`\`
`;
}

/** The heading is in the example, so that it goes with it where a language has none. */
function exampleText(program: string): string {
  return `{{% examples %}}
{{% example %}}
## Example Usage

\`\`\`typescript
${program}
\`\`\`
{{% /example %}}
{{% /examples %}}
`;
}
