import type { z } from "zod";
import type { Fault } from "../core/check";
import type { Json } from "../core/values";

/** Several resources that a program makes as one. */
export interface ComponentDefinition<Inputs extends z.ZodObject, Outputs extends z.ZodObject> {
  /** The token's last part, `VxlanLink` in `netns:index:VxlanLink`. */
  type: string;
  description: string;
  /** A program that shows it, in TypeScript, by what other languages can say too (schema/examples). */
  example: string;
  inputs: Inputs;
  outputs: Outputs;
  /** Rules between properties, as those of a kind. */
  crossCheck(inputs: Json): Fault[];
  /** Makes its resources. What is not known yet is `Unknown`. */
  construct(inputs: Json, maker: Maker): Promise<Json>;
}

/** A value of an input, and the inputs that it hangs on, by their paths. */
export interface From {
  value: unknown;
  of: readonly (readonly string[])[];
}

/** What a component has its resources made by. */
export interface Maker {
  /** The name that the program gives the component. */
  name: string;
  /** Makes a resource of a kind; the properties that are undefined are left out. Gives its outputs. */
  make(what: Child): Promise<Json>;
  /** Asks a function of the host that a provider stands for; in a preview undefined where that cannot be said yet. */
  ask(name: string, args: Json, provider: string | undefined): Promise<Json | undefined>;
}

export interface Child {
  type: string;
  name: string;
  /** As inputs have it; undefined: that of the component. */
  provider: string | undefined;
  inputs: Record<string, From>;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of components holds components of every shape.
export type Component = ComponentDefinition<any, any>;

/** Only for type inference. */
export function defineComponent<Inputs extends z.ZodObject, Outputs extends z.ZodObject>(
  definition: ComponentDefinition<Inputs, Outputs>,
): ComponentDefinition<Inputs, Outputs> {
  return definition;
}
