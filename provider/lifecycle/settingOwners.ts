import { parseUrn } from "../core/urn";
import type { Json } from "../core/values";
import type { Step } from "../kernel/step";
import { writeIfThere } from "../kernel/sysctl";
import { lostBy } from "../kernel/sysctlLosses";
import { type Kind, token } from "../resources/kind";
import * as refusal from "./refusal";

/** A setting that a resource has. */
interface Held {
  urn: string;
  kind: Kind;
  /** As it was seen last; undefined while it is being made. */
  state?: Json;
  /** The steps that set it to that. */
  again?: Step[];
}

/** The states of all of a kind, and of those that set others along. */
interface States {
  all: Json[];
  reaching: Json[];
}

/**
 * Which resource has which setting, as far as this process knows. A thing can be made only once, and the kernel says so;
 * a setting can be set twice, and then two resources would take turns for ever. A setting is told by what it sets and its
 * place: in a namespace that was made anew it is another one.
 */
export class SettingOwners {
  private readonly all = new Map<string, Held>();
  /** Those of a kind, until one of them changes. */
  private readonly states = new Map<Kind, States>();

  /** Refuses when a resource has it: another one, or this one in what it is to replace. */
  claim(kind: Kind, values: Json, place: string | undefined, urn: string): void {
    const owner = this.all.get(keyOf(kind, values, place))?.urn;
    const subject = `${token(kind)} ${kind.id(values)}`;
    if (owner === urn) throw refusal.replaced(subject, parseUrn(urn).name);
    if (owner !== undefined) throw refusal.held(subject, owner);
    this.all.set(keyOf(kind, values, place), { urn, kind });
  }

  /** Remembers who has it, if nobody else is known to, and as what it was seen. */
  note(kind: Kind, state: Json, place: string | undefined, urn: string): void {
    const key = keyOf(kind, state, place);
    if ((this.all.get(key)?.urn ?? urn) !== urn) return;
    this.all.set(key, { urn, kind, state, again: again(kind, state) });
    this.states.delete(kind);
  }

  /** Whatever place it is in. */
  releaseAll(kind: Kind, values: Json, urn: string): void {
    const prefix = keyOf(kind, values, "");
    for (const [key, owner] of this.all) {
      if (owner.urn === urn && key.startsWith(prefix)) this.all.delete(key);
    }
    this.states.delete(kind);
  }

  release(kind: Kind, values: Json, place: string | undefined, urn: string): void {
    const key = keyOf(kind, values, place);
    if (this.all.get(key)?.urn !== urn) return;
    this.all.delete(key);
    this.states.delete(kind);
  }

  /** What was found of a setting, without what those that the stack has set already have made of it. */
  withoutSideEffects(kind: Kind, found: Json): Json {
    const { withoutSideEffects, reaches } = kind.setting ?? {};
    if (!withoutSideEffects) return found;
    const { all, reaching } = this.statesOf(kind);
    // One that sets nothing along says nothing of one that does neither.
    return withoutSideEffects(found, reaches?.(found) ? all : reaching);
  }

  private statesOf(kind: Kind): States {
    const known = this.states.get(kind);
    if (known) return known;
    const all = [...this.all.values()].flatMap((held) => (held.kind === kind && held.state ? [held.state] : []));
    const states = { all, reaching: all.filter((state) => kind.setting?.reaches?.(state)) };
    this.states.set(kind, states);
    return states;
  }

  /** The steps, and those that set again what they make the kernel lose of what the stack has set. */
  withLost(steps: readonly Step[]): Step[] {
    const isLost = lostBy(steps);
    const lost = [...this.all.values()].flatMap((held) => held.again?.filter(isLost) ?? []);
    return [...steps, ...lost.map(writeIfThere)];
  }
}

/** The steps that set all of it, whatever is there. */
function again(kind: Kind, state: Json): Step[] {
  const setting = Object.entries(state).filter(([key]) => !kind.setting?.kept.includes(key));
  return kind.plan(Object.fromEntries(setting), undefined, "");
}

function keyOf(kind: Kind, values: Json, place = ""): string {
  return `${token(kind)} ${kind.setting?.one?.(values) ?? kind.id(values)} ${place}`;
}
