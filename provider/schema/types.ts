import { z } from "zod";
import { metaOf, unwrap } from "../core/meta";
import { PROVIDER, type PropertySpec, refTo, type TypeSpec, type ValueSpec } from "./spec";

/** What a program gives, or what it gets: there, defaults are filled in. */
export type Side = "input" | "output";

/** Turns zod fields into Pulumi's properties, and keeps the named types that they refer to. */
export class Types {
  private readonly named = new Map<string, TypeSpec>();

  constructor(private readonly module: string) {}

  all(): Record<string, TypeSpec> {
    return Object.fromEntries([...this.named].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The properties of an object; `owner` begins the names of the enumerations in it that have no id. */
  properties(object: z.ZodObject, side: Side, owner: string): Record<string, PropertySpec> {
    const entries = Object.entries(object.shape).map(([key, field]) => {
      // One enumeration for a resource, an element of a Topology, and what there is of both: `RouteScope`.
      const name = owner.replace(/(Element)?(State)?$/, "") + key.charAt(0).toUpperCase() + key.slice(1);
      return [key, this.property(field as z.ZodType, side, name)] as const;
    });
    return Object.fromEntries(entries);
  }

  private property(field: z.ZodType, side: Side, name: string): PropertySpec {
    const { description, replaces } = metaOf(field);
    const spec: PropertySpec = { ...this.value(field, side, name), description: description ?? "" };
    if (side === "output") return spec;
    if (field instanceof z.ZodDefault) spec.default = field.def.defaultValue as boolean | number | string;
    if (replaces) spec.willReplaceOnChanges = true;
    return spec;
  }

  private value(field: z.ZodType, side: Side, name: string): ValueSpec {
    const bare = unwrap(field);
    const { refersTo } = metaOf(field);
    if (refersTo !== undefined) return { $ref: refTo(`${this.module}:${refersTo}`) };
    if (bare instanceof z.ZodBoolean) return { type: "boolean" };
    if (bare instanceof z.ZodNumber) return { type: bare.isInt ? "integer" : "number" };
    if (metaOf(field).isProvider) return { $ref: PROVIDER };
    if (bare instanceof z.ZodString) return { type: "string" };
    if (bare instanceof z.ZodArray) return { type: "array", items: this.value(bare.element as z.ZodType, side, name) };
    if (bare instanceof z.ZodRecord) {
      return { type: "object", additionalProperties: this.value(bare.valueType as z.ZodType, side, name) };
    }
    if (bare instanceof z.ZodUnion) {
      return { oneOf: bare.options.map((option) => this.value(option as z.ZodType, side, name)) };
    }
    if (bare instanceof z.ZodEnum) {
      const id = idOf(bare);
      const description = id === undefined ? metaOf(field).description : typeDescription(bare, id);
      return this.enumeration(bare, id ?? name, description);
    }
    if (bare instanceof z.ZodObject) return this.object(bare, side, name);
    throw new Error(`${name}: Pulumi's schema has no form for a zod ${bare?.def.type}`);
  }

  private enumeration(field: z.ZodEnum, id: string, description: string | undefined): ValueSpec {
    const values = field.options.map((value) => String(value));
    const spec = values.map((value) => ({ name: memberName(value), value }));
    return this.add(id, { type: "string", ...(description && { description }), enum: spec });
  }

  private object(field: z.ZodObject, side: Side, name: string): ValueSpec {
    const id = idOf(field);
    if (id === undefined) throw new Error(`${name}: a nested object needs an id in its meta`);
    const description = typeDescription(field, id);
    const properties = this.properties(field, side, id);
    const required = requiredKeys(field, side);
    return this.add(id, { type: "object", ...(description && { description }), properties, required });
  }

  private add(id: string, type: TypeSpec): ValueSpec {
    const typeToken = `${this.module}:${id}`;
    const known = this.named.get(typeToken);
    if (known && JSON.stringify(known) !== JSON.stringify(type)) {
      throw new Error(`the type ${id} is defined twice, differently: each needs an id of its own`);
    }
    this.named.set(typeToken, type);
    return { $ref: refTo(typeToken) };
  }
}

/** `Global` for `global`, `_802_1Q` for `802.1Q`: the name of a member in languages that have such. */
function memberName(value: string): string {
  const word = value.replace(/\W/g, "_").replace(/^(?=\d)/, "_");
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** The properties that a program must give, or always gets. */
export function requiredKeys(object: z.ZodObject, side: Side): string[] {
  const isRequired = (field: unknown) =>
    !(field instanceof z.ZodOptional) && (side === "output" || !(field instanceof z.ZodDefault));
  return Object.keys(object.shape).filter((key) => isRequired(object.shape[key]));
}

function idOf(field: z.ZodType): string | undefined {
  return (metaOf(field) as { id?: string }).id;
}

/** A property's description is written over that of its type, which zod keeps on the schema that it was written on. */
function typeDescription(field: z.ZodType, id: string): string | undefined {
  const parent = field._zod.parent as z.ZodType | undefined;
  if (parent && idOf(parent) === id) return typeDescription(parent, id);
  return idOf(field) === id ? metaOf(field).description : undefined;
}
