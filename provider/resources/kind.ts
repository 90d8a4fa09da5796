import { z } from "zod";
import type { Fault } from "../core/check";
import { flag, netnsRef } from "../core/fields";
import type { NftText } from "../core/nft";
import { parseUrn } from "../core/urn";
import type { Json, Path } from "../core/values";
import type { Kernel } from "../kernel/kernel";
import type { Step } from "../kernel/step";
import type { Part } from "../kernel/takenAlong";
import type { Fact, Partly } from "./facts";

/** What the host shows at a resource's place. */
export interface Seen<State> {
  /** The outputs, or undefined where something of another sort is in the place. */
  state?: State;
  /** In words: what is there, for "already exists" errors. */
  what: string;
  /** What to do to import it, where it cannot be under this id. */
  todo?: string;
  /** What to do about it where the kernel has made it by itself, so that nobody is to have it. */
  ofKernel?: string;
  /** The device that is there, whatever its kind. */
  device?: { name: string; namespace?: string | undefined };
  /** The ownership mark that it carries, if it can and does. */
  mark?: string;
  /** Whether a run that died before the mark was on made it under this mark. */
  madeUnder?(mark: string): boolean;
  /** The steps that clear it away, when it is what a create that died half way can leave. */
  leftover?: Step[];
  /** What it is on, or itself where it is a device: the same text as long as that is the same thing. */
  place?: string;
  /** Why a property is as it is, by its name, where that is no matter of what the kernel takes. */
  why?: Readonly<Record<string, { tried: string; said: string; todo: string }>>;
  /** A part of it does not bear the mark. */
  isHalfMarked?: boolean;
  /** Where what is looked for would be; what is there is on something else, as `place` says. */
  slot?: string;
  /**
   * What is still missing before it can be used; `fatal`, with what to do, when waiting does not help. `conflict`: another host
   * has what can be there only once, and then `would` is what it is as soon as that one has given it up.
   */
  notReady?: { reason: string; fatal: boolean; todo?: string; conflict?: string; would?: State } | undefined;
  /** The steps that take it away, where the kernel would take another thing for it; throws where there are none. */
  removal?(): Step[];
  /** The kernel would take other things away together with it. */
  takesOthersAlong?: boolean;
}

export interface KindDefinition<Inputs extends z.ZodObject, Outputs extends z.ZodObject, Where> {
  /** The token's last part, `Namespace` in `netns:index:Namespace`. */
  type: string;
  description: string;
  /** A program that shows the kind, in TypeScript, by what other languages can say too (schema/examples). */
  example: string;
  inputs: Inputs;
  outputs: Outputs;
  /** The property that defaults to the resource's logical name. */
  autoname?: string;
  /**
   * The inputs as the program gives them, where one property decides how another is read; `old`: those of before, for what
   * is not known yet. Fields that are unknown or wrong may be anything.
   */
  canonical?(inputs: Json, old: Json): Json;
  /** Rules between properties. Fields that are unknown or wrong are undefined; those left out are no keys at all. */
  crossCheck?(inputs: DeepPartial<z.output<Inputs>>): Fault[];

  /** Texts in the language of nft; what is unknown or wrong may be anything. */
  nftTexts?(inputs: Json): NftText[];

  /** The devices that it makes, each with the property that names it. */
  devices?(inputs: DeepPartial<z.output<Inputs>>): Named[];
  /** The devices that it is on, or leads to. */
  on?(inputs: DeepPartial<z.output<Inputs>>): Named[];
  /** What of the kernel's it hangs on besides its namespace and the devices that it is on. */
  hangsOn?(state: z.output<Outputs>): Held[];
  /** What of the kernel's others can hang on as long as it is there, besides its namespace and its devices. */
  gives?(state: z.output<Outputs>): Part[];
  /** What others lose, or get back, when it is changed in place. */
  affects?(have: z.output<Outputs>, want: DeepPartial<z.output<Inputs>>): Part[];
  /** What besides its id and its devices can be there only once in a namespace, if this does. */
  claim?(inputs: DeepPartial<z.output<Inputs>>): Named | undefined;
  /** What can be there only once on all that are joined to one link. */
  conflict?(state: z.output<Outputs>): string | undefined;
  /** Whether of two things of this kind that are made in one go, `one` must be there before `other`. */
  precedes?(one: z.output<Inputs>, other: z.output<Inputs>): boolean;
  /** Whether the kernel makes such by itself, so that it is no part of what somebody has built. */
  comesByItself?(state: z.output<Outputs>): boolean;

  /** What it says of the network. Pure; of a program that is not run yet much can be unknown. */
  facts(values: Partly<z.output<Outputs>>): Fact[];

  id(inputs: z.output<Inputs>): string;
  /** The form of the id, in words, for errors of import. */
  idForm: string;
  /** The id's parts, undefined when it has not the form. */
  parseId(id: string): Where | undefined;
  /** The id with what tells it from others of the same id, where there can be such; `parseId` reads both. */
  fullId?(inputs: z.output<Inputs>): string;
  /** Where these inputs (or this state) are on the host. */
  where(inputs: z.output<Inputs>): Where;

  /** What the host shows now; undefined when nothing is there. `mark`: the one that it bears, where that is known. */
  observe(kernel: Kernel, where: Where, mark?: string): Promise<Seen<z.output<Outputs>> | undefined>;
  /** The steps from `have` (nothing, when undefined) to `want`. Pure. */
  plan(want: z.output<Inputs>, have: z.output<Outputs> | undefined, mark: string): Step[];
  /** What must be there before it is made and is not, in words; another resource of the same run may be about to make it. */
  lacks?(kernel: Kernel, want: z.output<Inputs>): Promise<string | undefined>;
  /** The steps that make it, where others are in the way that are made again in the same go; else undefined. */
  making?(kernel: Kernel, want: z.output<Inputs>): Promise<Step[] | undefined>;
  /** Of inputs that have `shownAs`: the outputs that would show them, where the host can tell without being changed. */
  wouldShow?(kernel: Kernel, want: z.output<Inputs>): Promise<Json | undefined>;
  /**
   * Why it cannot be now, in words, where a device that it needs is down or without a carrier; and the outputs that it has
   * until that is up, besides `waiting`, which is one of the kind's. `isSoon`: it can be in a moment.
   */
  whileDown?(kernel: Kernel, want: z.output<Inputs>): Promise<WhileDown<z.output<Outputs>> | undefined>;
  /** Whether what has `whileDown` may have to wait for it: it sets a device down, or can be used only a while after it is made. */
  holdsUp?(want: DeepPartial<z.output<Inputs>>): boolean;
  /** The steps that put the mark on again, where somebody has written over it. Pure. */
  remark?(have: z.output<Outputs>, mark: string): Step[];
  /** The steps that take `have` away. Pure. */
  remove(have: z.output<Outputs>, seen: Seen<z.output<Outputs>>): Step[];

  /** Outputs that are certain before anything is created. */
  preview(inputs: z.output<Inputs>): Json;
  /**
   * For what can be answered for before it is made: outputs that it is likely to have, which the next run sees as they are;
   * `inputs`: those of them that it is certain to have, since it is made with them.
   */
  early?(kernel: Kernel, want: z.output<Inputs>): Promise<{ outputs: Json; inputs?: Json } | undefined>;
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
    /** What was found, as it would have been without those of this kind that the stack has set already. Pure. */
    withoutSideEffects?(found: z.output<Outputs>, held: readonly z.output<Outputs>[]): z.output<Outputs>;
    /** Whether it sets others of this kind along. */
    reaches?(state: z.output<Outputs>): boolean;
    /** What tells a setting from others, where an id does not: the kernel may have it under two names. */
    one?(where: Where): string;
    /** Operations on settings with the same key wait for each other; without one they need not. */
    turn?(where: Where): string | undefined;
    /** The id that what a program gives of it is imported by, where the kind's own stands for all of it. */
    importId?(given: z.output<Inputs>): string;
    /** Those that have other values than the kernel gives by itself, as a program would set them. */
    changed(kernel: Kernel, namespace: string | undefined): Promise<z.output<Inputs>[]>;
    /** The inputs that set it to what it is where nobody has set anything, where that can be told. */
    usual?(kernel: Kernel, where: Where): Promise<z.output<Inputs> | undefined>;
    /** What to do when there is nothing to set. */
    missing(kernel: Kernel, where: Where): Promise<string>;
  };
  /**
   * For what is neither made nor set, but proved to be so: it changes nothing on the host, and leaves nothing there. It waits
   * for a while until it is so. `plan` and `remove` have no steps then, and `observe` finds nothing.
   */
  prove?(kernel: Kernel, want: z.output<Inputs>): Promise<Proof<z.output<Outputs>>>;
  /** Deletes with the same key wait for each other; so does what is made by `making`. */
  deleteKey?(where: Where): string;
  /** What a person would call it, without its namespace, from the shortest on; of what has `autoname` that says it. */
  called?(state: z.output<Outputs>): string[];
  /** The ids of all there are on the host. */
  list(kernel: Kernel, query: { namespace?: string }): Promise<string[]>;
  /** What is there of its sort, and `list` does not tell or the properties cannot say, in words. */
  uncovered?(kernel: Kernel, namespace: string | undefined): Promise<string[]>;
}

/** What packets have shown. */
export interface Proof<State> {
  state: State;
  /** More of the outputs, which takes a while to find out: for what was not proved before. */
  more?(kernel: Kernel): Promise<Partial<State>>;
  /** Why it is not as it is to be: what was tried and is not so, what was heard, and what to do. */
  failure?: Failure | undefined;
}

interface Failure {
  tried: string;
  said: string;
  todo: string;
  /** What makes it so, where that can be found out: it takes a while. */
  explain?(): Promise<string | undefined>;
}

export interface WhileDown<State> {
  reason: string;
  isSoon: boolean;
  state: State;
}

/** A name in a namespace, and the property that says it. What is unknown or wrong is undefined, as in `crossCheck`. */
export interface Named {
  name: string | undefined;
  at: { namespace?: string | undefined };
  path: Path;
}

/**
 * A part that a thing hangs on, and the property that says so; `beside`: others, one of which is enough. `isVague`: what
 * is done with that part may have nothing to do with the thing.
 */
export type Held = Part & { path: Path; beside?: readonly Part[]; isVague?: boolean };

/** The device that a property names, in the namespace of the thing itself. */
export function named<Key extends string>(
  want: { namespace?: string | undefined } & { [K in Key]?: string | undefined },
  property: Key,
): Named {
  return { name: want[property], at: want, path: [property] };
}

/** The same, of a property that may be left out. */
export function namedIfGiven<Key extends string>(want: Parameters<typeof named<Key>>[0], property: Key): Named[] {
  return property in want ? [named(want, property)] : [];
}

export type DeepPartial<T> = T extends object ? { [K in keyof T]?: DeepPartial<T[K]> } : T;

// biome-ignore lint/suspicious/noExplicitAny: a list of kinds holds kinds of every shape.
export type Kind = KindDefinition<any, any, any>;

/** A list of a topology: things of one kind. */
export interface List {
  /** The property, `vethPairs`. */
  name: string;
  kind: Kind;
}

/** What the engine and the schema are told of a resource, be it one thing or a topology of many. */
export type Definition = Pick<
  Kind,
  | "type"
  | "description"
  | "example"
  | "inputs"
  | "outputs"
  | "autoname"
  | "idForm"
  | "canonical"
  | "crossCheck"
  | "nftTexts"
  | "list"
  | "prove"
> & {
  /** Of a topology: the lists that its things are in. */
  lists?: readonly List[];
};

/** Only for type inference: a kind is plain data and functions. */
export function defineKind<Inputs extends z.ZodObject, Outputs extends z.ZodObject, Where>(
  kind: KindDefinition<Inputs, Outputs, Where>,
): KindDefinition<Inputs, Outputs, Where> {
  return kind;
}

/** What a thing is known by. */
export function fullIdOf(kind: Kind, values: unknown): string {
  return (kind.fullId ?? kind.id)(values);
}

export function token({ type }: Pick<Definition, "type">): string {
  return `netns:index:${type}`;
}

/** A resource in words, for errors about it before it has an id. */
export function subjectOf({ kind, urn }: { kind: Pick<Definition, "type">; urn: string }): string {
  return `${token(kind)} ${parseUrn(urn).name}`;
}

/** What List takes for every kind. */
export const listQuery = z.strictObject({
  namespace: netnsRef().optional().meta({ description: "List only what is in this namespace. Absent: in all." }),
});

/** The output of what has `whileDown`. */
export const waiting = () =>
  flag()
    .optional()
    .meta({
      description:
        "True while it is not there, because a device that it needs is down or without a carrier (docs/taken-along.md): the " +
        "`pulumi up` that brings the device up makes it. Absent: it is there.",
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
