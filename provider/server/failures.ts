import { parseUrn } from "../core/urn";
import { isObject, type Json } from "../core/values";
import { NetnsError } from "../errors";
import { type Part, partText } from "../kernel/takenAlong";
import { kinds } from "../resources";
import { type Definition, type Kind, type Named, subjectOf } from "../resources/kind";
import { elementsOf } from "../topology/elements";

/** What waits in vain does so until about the same moment: those that others may need are given up this much earlier. */
const LAG_MS = 130;

/** A resource that is being made or changed. */
export interface Tried {
  kind: Definition;
  urn: string;
  values: Json;
}

/**
 * What has failed in this run. After a failure the engine begins nothing more (but for `--continue-on-error`), so what is
 * under way and lacks something may lack it because of that. Its own error would look like another cause: it names the
 * true one instead.
 */
export class Failures {
  private readonly underWay = new Set<Tried>();
  private readonly failed: Tried[] = [];

  /** Of those that have failed by themselves, the name of the first. */
  get first(): string | undefined {
    return this.failed[0] && nameOf(this.failed[0]);
  }

  async while<T>(one: Tried, work: () => Promise<T>): Promise<T> {
    this.underWay.add(one);
    try {
      return await work();
    } catch (error) {
      const told = isLack(error) ? this.inVain(one, error) : undefined;
      if (!told) this.failed.push(one);
      throw told ?? error;
    } finally {
      this.underWay.delete(one);
    }
  }

  /** How much longer than others it is to wait for what it lacks, so that the cause is told before what comes of it. */
  lagOf(one: Tried): number {
    const before = [...this.underWay].filter((other) => precedes(other, one) && !precedes(one, other));
    return LAG_MS * new Set(before.map(({ kind }) => kind)).size;
  }

  /** The error of one that lacks something, where another failure may be the cause. */
  private inVain(one: Tried, { kind, parts }: NetnsError): NetnsError | undefined {
    const causes = this.failed.filter((other) => other.urn !== one.urn && precedes(other, one));
    const subject = subjectOf(one);
    const sure = causes.find((other) => standsOn(one, other));
    if (sure) return new NetnsError({ kind, tried: `${subject}: not done, because \`${nameOf(sure)}\` has failed` });
    const maybe = causes[0] && nameOf(causes[0]);
    if (maybe === undefined) return undefined;
    // It may be a cause as well: then its own words are the true ones.
    const todo = [`See first why \`${maybe}\` has failed, which this may need.`, parts.todo]
      .filter(Boolean)
      .join("\n  ");
    return new NetnsError({ ...parts, kind, todo });
  }
}

/** Whether it says that something is missing. */
function isLack(error: unknown): error is NetnsError {
  const isOne = error instanceof NetnsError && ["notFound", "unreachable"].includes(error.kind);
  return isOne && error.parts.conflict === undefined;
}

/** Whether the other one may need it. */
function precedes(one: Tried, other: Tried): boolean {
  return one.kind.lists !== undefined || other.kind.lists !== undefined || orderOf(one) < orderOf(other);
}

function orderOf({ kind }: Tried): number {
  return kinds.findIndex(({ type }) => type === kind.type);
}

/** Whether a device or a namespace of the other one is what it is on. */
function standsOn(one: Tried, other: Tried): boolean {
  const given = new Set(partsOf(other, made).map(partText));
  return partsOf(one, needed).some((part) => given.has(partText(part)));
}

function partsOf({ kind, values }: Tried, of: (kind: Kind, values: Json) => Part[]): Part[] {
  if (!kind.lists) return of(kind as Kind, values);
  return elementsOf(kind.lists, values).flatMap((one) => (isObject(one.values) ? of(one.kind, one.values) : []));
}

function made(kind: Kind, values: Json): Part[] {
  const devices = (kind.devices?.(values) ?? []).map(
    ({ name, at }): Part => ({ sort: "device", namespace: at.namespace, name }),
  );
  return [...devices, ...(kind.gives?.(values) ?? []).filter(({ sort }) => sort === "namespace")];
}

function needed(kind: Kind, values: Json): Part[] {
  const on = kind.on?.(values) ?? [];
  const own: Named["at"] = values;
  const places = [own, ...[...on, ...(kind.devices?.(values) ?? [])].map(({ at }) => at)];
  return [
    ...on.map(({ name, at }): Part => ({ sort: "device", namespace: at.namespace, name })),
    ...places.flatMap(({ namespace }): Part[] => (namespace === undefined ? [] : [{ sort: "namespace", namespace }])),
  ];
}

function nameOf({ urn }: Tried): string {
  return parseUrn(urn).name;
}
