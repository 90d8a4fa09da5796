import type { Json } from "../../../provider/core/values";
import { levels, needsOf, type Program, type Resource, resolved, takenFrom, withUnknowns } from "../programs/program";
import type { LabProvider } from "../provider/labProvider";
import type { HalfDone } from "../provider/labProviderServer";
import type { Recorded } from "../provider/rpcs";

/** A resource in the state, as the engine keeps it. */
interface Entry {
  type: string;
  name: string;
  /** The resources that it comes after: those whose outputs it was made with, and those that its program names. */
  needs: string[];
  /** Its inputs as the program writes them. */
  written: Json;
  recorded: Recorded;
}

type Op = "create" | "update" | "replace" | "delete";

/** What is done to a resource; with `details` where Diff says what of it changes. */
export interface Change {
  op: Op;
  resource: string;
  details: string[];
}

/** What a resource of the program needs, once it has been looked at. */
interface Planned extends Entry {
  op: Op | "same";
  details: string[];
  /** The old one, as Read found it, for an update and a replacement. */
  old?: Recorded;
}

/**
 * What Pulumi's engine does with a program, over the RPCs of a provider that asks to be read again before an update:
 * Read of all there is; then Check and Diff of one after the other, then create, update, or delete before replace
 * together with those that depend on it and whose Diff says so; in the end it deletes what has left the program. Each is
 * looked at as soon as all is done that it depends on, and so many are made side by side.
 */
export class LabEngine {
  private state: Entry[] = [];
  /** What this operation has deleted and not made again. */
  private readonly deleted = new Set<string>();

  /** How many it makes side by side, as `--parallel` says. */
  parallel = Number.POSITIVE_INFINITY;

  /** What the provider has told the user in the last operation: the severity, then the text. */
  said: string[] = [];

  constructor(private readonly provider: LabProvider) {}

  /** What `up` would do now. */
  preview(program: Program): Promise<Change[]> {
    return this.operation(() => this.walk(program, true));
  }

  /** Does it, and says what it did. */
  up(program: Program): Promise<Change[]> {
    return this.operation(() => this.walk(program, false));
  }

  destroy(): Promise<Change[]> {
    return this.operation(() => this.walk([], false));
  }

  /** What the state holds of all things, those of a Topology among them. */
  states(): Json[] {
    return this.state.flatMap(({ type, recorded: { state } }) =>
      type === "Topology"
        ? Object.values(state).flatMap((list) => (Array.isArray(list) ? (list as Json[]) : []))
        : [state],
    );
  }

  /** The names of what is in the state and waits. */
  waiting(): Set<string> {
    return new Set(this.state.filter(({ recorded }) => recorded.state.waiting === true).map(({ name }) => name));
  }

  private async operation<T>(work: () => Promise<T>): Promise<T> {
    await this.provider.begin();
    try {
      return await work();
    } finally {
      this.said = await this.provider.end();
    }
  }

  private async walk(program: Program, dry: boolean): Promise<Change[]> {
    const now = new Map(this.state.map((entry) => [entry.name, entry]));
    this.deleted.clear();
    try {
      return await this.walkFrom(this.state, now, program, dry);
    } catch (error) {
      const left = [...now.values()].filter(({ name }) => !this.deleted.has(name));
      if (!dry) this.state = levels(left).flat();
      throw error;
    }
  }

  /** `now`: what the state holds in each moment of it, with what is deleted. */
  private async walkFrom(before: Entry[], now: Map<string, Entry>, program: Program, dry: boolean): Promise<Change[]> {
    const replaced = new Set<string>();
    const looked = new Set<string>();
    const changes: Change[] = [];
    const read = new Map(
      await each(before, async ({ type, name, recorded }) => [name, await this.provider.read(type, name, recorded)]),
    );
    const made = new Map<string, Promise<void>>();
    const failures: string[] = [];
    const [inTurn, inPlace] = [places(1), places(this.parallel)];
    const bring = async (resource: Resource) => {
      await Promise.all(needsOf(resource).map((name) => made.get(name)));
      // After a failure the engine begins nothing more.
      if (failures.length > 0) return;
      const { plan, doomed } = await inTurn(async () => {
        const old = replaced.has(resource.name) ? undefined : read.get(resource.name);
        const asked = await this.look(resource, now, old);
        const plan: Planned = replaced.has(resource.name) ? { ...asked, op: "replace" } : asked;
        looked.add(plan.name);
        const left = before.filter(({ name }) => name === plan.name || !looked.has(name));
        return { plan, doomed: await this.doomedBy(plan, left, read, replaced) };
      });
      const { op, type, name, needs, written, details } = plan;
      if (op !== "same") changes.push({ op, resource: name, details });
      const keep = (recorded: Recorded) => {
        now.set(name, { type, name, needs, written, recorded });
        this.deleted.delete(name);
      };
      if (dry || op === "same") return keep(plan.recorded);
      await inPlace(async () => {
        if (failures.length > 0) return;
        await this.deleteAll(doomed);
        keep(await this.make(plan).catch(keepingRest(plan, keep)));
      });
    };
    for (const resource of program) {
      const failed = (error: Error) => void failures.push(error.message);
      made.set(resource.name, bring(resource).catch(failed));
    }
    await Promise.all(made.values());
    if (failures.length > 0) throw new Error(failures.join("\n"));
    // What a replacement has taken along is gone already.
    const gone = before.filter(
      ({ name }) => !replaced.has(name) && !program.some((resource) => resource.name === name),
    );
    changes.push(...gone.map(({ name }): Change => ({ op: "delete", resource: name, details: [] })));
    changes.sort((a, b) => (a.resource < b.resource ? -1 : 1));
    if (dry) return changes;
    for (const level of levels(gone).reverse()) await each(level, (entry) => this.deleteAll([entry]));
    this.state = program.map(({ name }) => now.get(name) as Entry);
    return changes;
  }

  /** What is to be done with a resource of the program, as far as itself goes. */
  private async look(
    resource: Resource,
    now: Map<string, Entry>,
    // What a replacement has taken away is made again; what is gone by itself as well.
    old: Recorded | undefined,
  ): Promise<Planned> {
    const { type, name } = resource;
    const inputs = resolved(resource, (other) => now.get(other)?.recorded.state ?? {});
    const entry = { type, name, needs: needsOf(resource), written: resource.inputs, details: [] };
    const { inputs: news, failures } = await this.provider.check(type, name, inputs, old?.inputs ?? {});
    if (failures.length > 0) throw new Error(`${type} ${name} is refused: ${failures.join("; ")}`);
    const made = { id: "", inputs: news, state: news };
    if (!old) return { ...entry, recorded: made, op: "create" };
    const { details, replaces } = await this.provider.diff(type, name, old, news);
    if (details.length === 0) return { ...entry, recorded: { ...old, inputs: news }, op: "same" };
    return { ...entry, recorded: made, old, op: replaces.length > 0 ? "replace" : "update", details };
  }

  /**
   * What a replacement takes away before it makes anything: of all that depends on it what Diff says is replaced as well,
   * the last one first, then itself. Diff is asked only where a property comes of what goes, and of that property all is
   * unknown then: an order alone (`dependsOn`) takes nothing along. What is found for one plan is not found again for the
   * next. `left` is of the state what the program has not come to: what came before it depends on it no more. See
   * calculateDependentReplacements() in pkg/resource/deploy/step_generator.go of pulumi.
   */
  private async doomedBy(
    { op, old, name }: Planned,
    left: readonly Entry[],
    read: ReadonlyMap<string, Recorded | undefined>,
    replaced: Set<string>,
  ): Promise<Entry[]> {
    if (op !== "replace" || !old || replaced.has(name)) return [];
    const doomed = new Set([name]);
    const related = new Set([name]);
    for (const entry of left) {
      if (!entry.needs.some((need) => related.has(need))) continue;
      related.add(entry.name);
      const recorded = read.get(entry.name);
      const taken = takenFrom(entry.written, doomed);
      if (!recorded || replaced.has(entry.name) || taken.length === 0) continue;
      const news = withUnknowns(recorded.inputs, taken);
      const { replaces } = await this.provider.diff(entry.type, entry.name, recorded, news);
      if (replaces.length > 0) doomed.add(entry.name);
    }
    for (const one of doomed) replaced.add(one);
    const entries = left.filter((entry) => doomed.has(entry.name));
    return entries.map((entry) => ({ ...entry, recorded: read.get(entry.name) ?? entry.recorded })).reverse();
  }

  private async make({ type, name, op, old, recorded }: Planned): Promise<Recorded> {
    if (op === "same") return recorded;
    if (op === "update" && old) return this.provider.update(type, name, old, recorded.inputs);
    return this.provider.create(type, name, recorded.inputs);
  }

  private async deleteAll(entries: Entry[]): Promise<void> {
    for (const { type, name, recorded } of entries) {
      await this.provider.delete(type, name, recorded);
      this.deleted.add(name);
    }
  }
}

/** What a failure says to be there is kept. */
function keepingRest({ recorded }: Planned, keep: (recorded: Recorded) => void): (error: unknown) => never {
  return (error) => {
    if (error instanceof Error && "left" in error) keep({ ...recorded, ...(error as Error & HalfDone).left });
    throw error;
  };
}

/** Waits for all, also when one fails: nothing goes on behind the test's back. */
async function each<T, R>(all: readonly T[], work: (one: T) => R | Promise<R>): Promise<R[]> {
  const results = await Promise.allSettled(all.map(async (one) => work(one)));
  const failed = results.flatMap((result) => (result.status === "rejected" ? [String(result.reason.message)] : []));
  if (failed.length > 0) throw new Error(failed.join("\n"));
  return results.map((result) => (result as PromiseFulfilledResult<R>).value);
}

/** So much work at a time, what was asked for first before the rest. */
function places(count: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = count;
  return async (work) => {
    if (free === 0) await new Promise<void>((begin) => waiting.push(begin));
    else free -= 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
