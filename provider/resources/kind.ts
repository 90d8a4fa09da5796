import { z } from "zod";
import type { Fault } from "../core/check";
import { netnsRef } from "../core/fields";
import type { Json, Path } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import type { Step } from "../kernel/step";

/** What the host shows at a resource's place. */
export interface Seen<State> {
  /** The outputs, or undefined where something of another sort is in the place. */
  state?: State;
  /** In words: what is there, for "exists already" errors. */
  what: string;
  /** The ownership mark that it carries, if it can and does. */
  mark?: string;
  /** Whether a run that died before the mark was on made it under this mark. */
  madeUnder?(mark: string): boolean;
  /** The steps that clear it away, when it is what a create that died half way can leave. */
  leftover?: Step[];
  /** What it is on: the same text as long as that is the same thing. For what can bear no mark itself. */
  place?: string;
  /** What is still missing before it can be used; `fatal` when waiting does not help. */
  notReady?: { reason: string; fatal: boolean } | undefined;
  /** The kernel would take other things away together with it. */
  takesOthersAlong?: boolean;
}

export interface KindDefinition<Inputs extends z.ZodObject, Outputs extends z.ZodObject, Where> {
  /** The token's last part, `Namespace` in `netns:index:Namespace`. */
  type: string;
  description: string;
  /** A program that shows the kind, in TypeScript. */
  example: string;
  inputs: Inputs;
  outputs: Outputs;
  /** The property that defaults to the resource's logical name. */
  autoname?: string;
  /** Rules between properties. Fields that are unknown or wrong are undefined; those left out are no keys at all. */
  crossCheck?(inputs: DeepPartial<z.output<Inputs>>): Fault[];

  id(inputs: z.output<Inputs>): string;
  /** The form of the id, in words, for errors of import. */
  idForm: string;
  /** The id's parts, undefined when it has not the form. */
  parseId(id: string): Where | undefined;
  /** Where these inputs (or this state) are on the host. */
  where(inputs: z.output<Inputs>): Where;

  /** What the host shows now; undefined when nothing is there. */
  observe(kernel: Kernel, where: Where): Promise<Seen<z.output<Outputs>> | undefined>;
  /** The steps from `have` (nothing, when undefined) to `want`. Pure. */
  plan(want: z.output<Inputs>, have: z.output<Outputs> | undefined, mark: string): Step[];
  /** The steps that take `have` away. Pure. */
  remove(have: z.output<Outputs>, seen: Seen<z.output<Outputs>>): Step[];

  /** Outputs that are certain before anything is created. */
  preview(inputs: z.output<Inputs>): Json;
  /** The inputs that a program needs to describe what was found. */
  adopt(state: z.output<Outputs>): z.output<Inputs>;
  /** Whether the thing bears the mark itself; else its `place` must tell. */
  bearsMark: boolean;
  /** What it is on or would be on, in the words of `Seen.place`, whether it is there or not. */
  placeOf?(kernel: Kernel, where: Where): Promise<string | undefined>;
  /** Outputs that tell this thing from another one later in its place. */
  identity: Path[];
  /** For what cannot be made or removed, only set: create takes what it finds, and delete puts it back. */
  setting?: {
    /** The outputs that remember what was found at create. */
    kept: readonly string[];
    /** The inputs that put back what a state remembers. */
    before(state: z.output<Outputs>): Json;
    /** What to do when there is nothing to set. */
    missing(kernel: Kernel, where: Where): Promise<string>;
  };
  /** Deletes with the same key wait for each other. */
  deleteKey?(where: Where): string;
  /** The ids of all there are on the host. */
  list(kernel: Kernel, query: { namespace?: string }): Promise<string[]>;
}

export type DeepPartial<T> = T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

// biome-ignore lint/suspicious/noExplicitAny: a list of kinds holds kinds of every shape.
export type Kind = KindDefinition<any, any, any>;

/** Only for type inference: a kind is plain data and functions. */
export function defineKind<Inputs extends z.ZodObject, Outputs extends z.ZodObject, Where>(
  kind: KindDefinition<Inputs, Outputs, Where>,
): KindDefinition<Inputs, Outputs, Where> {
  return kind;
}

export function token(kind: Kind): string {
  return `netns:index:${kind.type}`;
}

/** What List takes for every kind. */
export const listQuery = z.strictObject({
  namespace: netnsRef().optional().meta({ description: "List only what is in this namespace. Absent: in all." }),
});

/** The property `namespace` of what is in one; `what` begins its description. */
export const inNamespace = (what: string) =>
  netnsRef()
    .optional()
    .meta({
      description:
        `${what}: a name under /run/netns, or an absolute path such as \`/proc/4242/ns/net\`. ` +
        "Absent: the namespace that the provider runs in.",
      replaces: true,
    });
