import {
  lastPart,
  type ObjectSpec,
  type PackageSpec,
  PROVIDER,
  type PropertySpec,
  type ResourceSpec,
  referred,
  type ValueSpec,
} from "./spec";

type Properties = Record<string, PropertySpec>;

export function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |\n`;
  return [head, head.map(() => "---"), ...rows].map(line).join("");
}

/** The inputs, and below them a table for each nested type; `defaults` holds in words what the schema cannot say. */
export function inputTable(spec: PackageSpec, resource: ResourceSpec, defaults: Record<string, string>): string {
  const rows = (properties: Properties, required: string[], given: Record<string, string>) =>
    Object.entries(properties).map(([key, property]) => [
      code(key),
      typeWords(spec, property),
      required.includes(key)
        ? "**required**"
        : (given[key] ?? (property.default === undefined ? "optional" : code(property.default))),
      changeWords(spec, property),
      property.description,
    ]);
  const head = ["name", "type", "default", "a change", "meaning"];
  const nested = nestedTypes(spec, resource.inputProperties).map(
    ([id, type]) =>
      `\n### ${id}\n\n${type.description}\n\n${table(head, rows(type.properties ?? {}, type.required ?? [], {}))}`,
  );
  return table(head, rows(resource.inputProperties, resource.requiredInputs ?? [], defaults)) + nested.join("");
}

/** The outputs that are no inputs, or say more than the input of that name. */
export function outputTable(spec: PackageSpec, { properties = {}, inputProperties }: ResourceSpec): string {
  const isNew = ([key, property]: [string, PropertySpec]) => {
    const input = inputProperties[key];
    return !input || input.description !== property.description || input.$ref !== property.$ref;
  };
  const own = Object.fromEntries(Object.entries(properties).filter(isNew));
  const rows = (some: Properties) =>
    Object.entries(some).map(([key, property]) => [code(key), typeWords(spec, property), property.description]);
  const head = ["name", "type", "meaning"];
  const nested = nestedTypes(spec, own).map(
    ([id, type]) => `\n### ${id}\n\n${type.description}\n\n${table(head, rows(type.properties ?? {}))}`,
  );
  return table(head, rows(own)) + nested.join("");
}

/** The arguments of a function, and below them a table for each nested type. */
export function argumentTable(spec: PackageSpec, { properties = {}, required = [] }: ObjectSpec): string {
  const rows = (some: Properties, needed: string[]) =>
    Object.entries(some).map(([key, property]) => [
      code(key),
      typeWords(spec, property),
      needed.includes(key) ? "**required**" : property.default === undefined ? "optional" : code(property.default),
      property.description,
    ]);
  const head = ["name", "type", "default", "meaning"];
  const nested = nestedTypes(spec, properties).map(
    ([id, type]) =>
      `\n### ${id}\n\n${type.description}\n\n${table(head, rows(type.properties ?? {}, type.required ?? []))}`,
  );
  return table(head, rows(properties, required)) + nested.join("");
}

/** What a function gives; the types that another page has are named there. */
export function resultTable(spec: PackageSpec, { properties = {} }: ObjectSpec, elsewhere: OtherPage): string {
  const rows = (some: Properties) =>
    Object.entries(some).map(([key, property]) => [code(key), typeWords(spec, property), property.description]);
  const head = ["name", "type", "meaning"];
  const nested = nestedTypes(spec, properties, elsewhere.types).map(
    ([id, type]) => `\n### ${id}\n\n${type.description}\n\n${table(head, rows(type.properties ?? {}))}`,
  );
  const text = table(head, rows(properties)) + nested.join("");
  return text.replaceAll(/\]\(#(\w+)\)/g, (link, id) => (elsewhere.ids.has(id) ? `](${elsewhere.page}#${id})` : link));
}

/** A page, the types that it tells of, and what is behind `#` in links to them. */
export interface OtherPage {
  page: string;
  types: ReadonlySet<string>;
  ids: ReadonlySet<string>;
}

/** The page of a resource as one that tells of the types in its inputs. */
export function pageOfTypes(spec: PackageSpec, page: string, resource: ResourceSpec): OtherPage {
  const types = nestedTypes(spec, resource.inputProperties).map(([id]) => id);
  return { page, types: new Set(types), ids: new Set(types.map((id) => id.toLowerCase())) };
}

export function variableTable(spec: PackageSpec): string {
  const rows = Object.entries(spec.provider.inputProperties).map(([key, property]) => [
    code(key),
    typeWords(spec, property),
    property.description,
  ]);
  return table(["key", "type", "meaning"], rows);
}

/** The inputs whose change replaces the resource, in words. */
export function replacedPaths(spec: PackageSpec, properties: Properties): string {
  const all = leafPaths(spec, properties);
  const replaced = all.filter(({ property }) => property.willReplaceOnChanges).map(({ path }) => path);
  return replaced.length === all.length ? "any" : replaced.join(", ");
}

function leafPaths(spec: PackageSpec, properties: Properties): { path: string; property: PropertySpec }[] {
  return Object.entries(properties).flatMap(([key, property]) => {
    const inner = objectOf(spec, property)?.[1].properties;
    if (!inner) return [{ path: key, property }];
    return leafPaths(spec, inner).map((leaf) => ({ ...leaf, path: `${key}.${leaf.path}` }));
  });
}

function changeWords(spec: PackageSpec, property: PropertySpec): string {
  if (property.willReplaceOnChanges) return "replaces";
  return objectOf(spec, property) ? "see below" : "in place";
}

function typeWords(spec: PackageSpec, value: ValueSpec): string {
  if (value.$ref === PROVIDER) return "[Provider](provider.md)";
  const named = referred(spec, value);
  if (named?.type.enum) return named.type.enum.map((member) => code(member.value)).join(", ");
  if (named) return `[${lastPart(named.token)}](#${lastPart(named.token).toLowerCase()})`;
  if (value.oneOf) return value.oneOf.map((option) => typeWords(spec, option)).join(" or ");
  if (value.additionalProperties) return `map of ${typeWords(spec, value.additionalProperties)}`;
  return value.items ? `list of ${typeWords(spec, value.items)}` : (value.type ?? "");
}

function nestedTypes(
  spec: PackageSpec,
  properties: Properties,
  without: ReadonlySet<string> = new Set(),
): [string, ObjectSpec][] {
  const found = Object.values(properties).flatMap((property) => {
    const own = objectOf(spec, property);
    if (!own || without.has(own[0])) return [];
    return [own, ...nestedTypes(spec, own[1].properties ?? {}, without)];
  });
  return [...new Map(found)];
}

function objectOf(spec: PackageSpec, value: ValueSpec): [string, ObjectSpec] | undefined {
  const inner = value.items ?? value.additionalProperties;
  if (inner) return objectOf(spec, inner);
  const named = referred(spec, value);
  return named && !named.type.enum ? [lastPart(named.token), named.type] : undefined;
}

function code(text: unknown): string {
  return `\`${text}\``;
}
