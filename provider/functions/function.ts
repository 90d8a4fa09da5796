import type { z } from "zod";
import type { Fault } from "../core/check";
import type { NftText } from "../core/nft";
import type { Json } from "../core/values";
import type { Kernel } from "../kernel/kernel";

/** A function that programs call: it changes nothing, and looks at the host unless it is pure. */
export interface FunctionDefinition<Inputs extends z.ZodObject, Outputs extends z.ZodObject> {
  /** The token's last part, `containerNamespace` in `netns:index:containerNamespace`. */
  name: string;
  description: string;
  /** A program that shows it, in TypeScript, by what other languages can say too (schema/examples). */
  example: string;
  inputs: Inputs;
  outputs: Outputs;
  /** Rules between arguments. */
  crossCheck(inputs: z.output<Inputs>): Fault[];
  /** What else is wrong where arguments have faults of their own, as the program gives them. Absent: it cannot be told. */
  faultsBeside?(values: Json, faults: readonly Fault[]): Fault[];
  /** Texts in the language of nft that it takes; all that is wrong may be anything. */
  nftTexts?(values: Json): NftText[];
  /** What it gives without a look at the host; undefined where that cannot be told. */
  offline(inputs: z.output<Inputs>): z.output<Outputs> | undefined;
  /** Absent: it is pure, and `offline` gives all. */
  call?(kernel: Kernel, inputs: z.output<Inputs>): Promise<z.output<Outputs>>;
}

// biome-ignore lint/suspicious/noExplicitAny: a list of functions holds functions of every shape.
export type Func = FunctionDefinition<any, any>;

/** Only for type inference. */
export function defineFunction<Inputs extends z.ZodObject, Outputs extends z.ZodObject>(
  definition: FunctionDefinition<Inputs, Outputs>,
): FunctionDefinition<Inputs, Outputs> {
  return definition;
}

export function functionToken({ name }: Pick<Func, "name">): string {
  return `netns:index:${name}`;
}
