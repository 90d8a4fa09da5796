import { lastPart, type ObjectSpec, type PackageSpec, type ResourceSpec } from "./spec";
import { interfaceText, jsdoc, typeImports, typeText } from "./typescript";

/** Its classes come from their own modules: the root of Pulumi's library takes most of a second to load. */
const TYPES = 'import type * as pulumi from "@pulumi/pulumi";\n';
const from = (module: string, name: string) => `import { ${name} } from "@pulumi/pulumi/${module}";\n`;

/** The file of a resource's class: its arguments, its outputs, and what `get` takes. */
export function classText(spec: PackageSpec, token: string, resource: ResourceSpec): string {
  const kind = lastPart(token);
  const required = resource.requiredInputs ?? [];
  const check =
    required.length > 0 ? `requireArguments("${kind}", name, args, ${JSON.stringify(required)}, opts);\n` : "";
  const keys = Object.keys(resource.properties ?? {});
  const text = `${jsdoc(resource.description)}
export class ${kind} extends CustomResource {
  /** @internal */
  static readonly __pulumiType = "${token}";

  /**
   * Reads one that exists and is not managed by this stack.
   *
   * @param name The name of the resulting resource in this stack.
   * @param id The id of what exists, as for import.
   * @param state What is known of it besides.
   * @param opts Options of the resulting resource.
   */
  static get(name: string, id: pulumi.Input<pulumi.ID>, state?: ${kind}State, opts?: pulumi.CustomResourceOptions): ${kind} {
    return new ${kind}(name, state as never, { ...opts, id });
  }

  /** Whether \`obj\` is an instance of this class, be it of another copy of this package. */
  static override isInstance(obj: unknown): obj is ${kind} {
    return isOfType(obj, ${kind}.__pulumiType);
  }

  ${outputs(spec, resource).join("\n\n")}

  /**
   * @param name The resource's logical name.
   * @param args The resource's properties.
   * @param opts Options that say how the engine treats the resource.
   */
  constructor(name: string, args${required.length > 0 ? "" : "?"}: ${kind}Args, opts?: pulumi.CustomResourceOptions) {
    ${check}super(${kind}.__pulumiType, name, withOutputs(${JSON.stringify(keys)}, args), withOrder(opts));
  }
}

${interfaceText(spec, `${kind}Args`, argsOf(resource, `The arguments of ${kind}.`), "input")}
${interfaceText(spec, `${kind}State`, resource.stateInputs ?? {}, "input")}`;
  const helpers = ["isOfType", ...(check ? ["requireArguments"] : []), "withOrder", "withOutputs"];
  return `${TYPES}${from("resource", "CustomResource")}import { ${helpers.join(", ")} } from "./resource";\n${typeImports(text, "./types")}\n${text}`;
}

/** The file of a component's class. The plugin makes what it is made of: the engine asks it to (`remote`). */
export function componentText(spec: PackageSpec, token: string, resource: ResourceSpec): string {
  const kind = lastPart(token);
  const required = resource.requiredInputs ?? [];
  const keys = Object.keys(resource.properties ?? {});
  const text = `${jsdoc(resource.description)}
export class ${kind} extends ComponentResource {
  /** @internal */
  static readonly __pulumiType = "${token}";

  /** Whether \`obj\` is an instance of this class, be it of another copy of this package. */
  static override isInstance(obj: unknown): obj is ${kind} {
    return isOfType(obj, ${kind}.__pulumiType);
  }

  ${outputs(spec, resource).join("\n\n")}

  /**
   * @param name The component's logical name.
   * @param args Its properties.
   * @param opts Options that say how the engine treats it.
   */
  constructor(name: string, args: ${kind}Args, opts?: pulumi.ComponentResourceOptions) {
    requireArguments("${kind}", name, args, ${JSON.stringify(required)}, opts);
    super(${kind}.__pulumiType, name, withOutputs(${JSON.stringify(keys)}, args), withVersion(opts), true);
  }
}

${interfaceText(spec, `${kind}Args`, argsOf(resource, `The arguments of ${kind}.`), "input")}`;
  return `${TYPES}${from("resource", "ComponentResource")}import { isOfType, requireArguments, withOutputs, withVersion } from "./resource";\n${typeImports(text, "./types")}\n${text}`;
}

/** The engine takes a provider's configuration as text: what is no string goes as JSON. */
export function providerText(spec: PackageSpec): string {
  const args = Object.entries(spec.provider.inputProperties).map(([key, { type, $ref }]) =>
    type === "string" || $ref !== undefined
      ? `${key}: args.${key}`
      : `${key}: output(args.${key}).apply(JSON.stringify)`,
  );
  const its = interfaceText(spec, "ProviderArgs", argsOf(spec.provider, "The provider's configuration."), "input");
  return `${TYPES}${from("output", "output")}${from("resource", "ProviderResource")}import { isOfType, withVersion } from "./resource";
${typeImports(its, "./types")}
${jsdoc(spec.provider.description)}
export class Provider extends ProviderResource {
  /** @internal */
  static readonly __pulumiType = "${spec.name}";

  /** Whether \`obj\` is an instance of this class, be it of another copy of this package. */
  static override isInstance(obj: unknown): obj is Provider {
    return isOfType(obj, \`pulumi:providers:\${Provider.__pulumiType}\`);
  }

  /**
   * @param name The provider's logical name.
   * @param args Its configuration.
   * @param opts Options that say how the engine treats it.
   */
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    super(Provider.__pulumiType, name, { ${args.join(", ")} }, withVersion(opts));
  }
}

${its}`;
}

/** `vethPair` of `netns:index:VethPair`. */
export function fileOf(token: string): string {
  const kind = lastPart(token);
  return kind.charAt(0).toLowerCase() + kind.slice(1);
}

function outputs(spec: PackageSpec, resource: ResourceSpec): string[] {
  return Object.entries(resource.properties ?? {}).map(([key, property]) => {
    const type = typeText(spec, property, "output") + (resource.required?.includes(key) ? "" : " | undefined");
    return `${jsdoc(property.description)}\n  declare readonly ${key}: pulumi.Output<${type}>;`;
  });
}

function argsOf(resource: ResourceSpec, description: string): ObjectSpec {
  return { description, properties: resource.inputProperties, required: resource.requiredInputs ?? [] };
}
