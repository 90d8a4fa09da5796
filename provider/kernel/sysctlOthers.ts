import type { Step } from "./step";
import { writeIfThere, writeSysctl } from "./sysctl";
import { alongWith, losesNothing, oneName } from "./sysctlResets";

/** What is known of a setting, and of what it sets along. */
interface Setting {
  namespace?: string | undefined;
  key: string;
  value: string;
  previousValue: string;
  previousOthers?: string[] | undefined;
}

/** Of what there is, as `KEY=VALUE`, what is not as setting `key` to `value` makes it. */
export function othersOf(key: string, value: string, all: ReadonlyMap<string, string>): string[] {
  return [...all].flatMap(([other, has]) => {
    const made = alongWith(key, value, other);
    return made === undefined || made === has ? [] : [`${other}=${has}`];
  });
}

type ToSet = Pick<Setting, "namespace" | "key" | "previousOthers">;

/** Sets it to a value, and puts what it sets along back to what that was. */
export function stepsBack(setting: ToSet, value: string): Step[] {
  return [writeSysctl(setting.namespace, setting.key, value), ...othersBack(setting)];
}

/** Puts what it has set along back to what that was. */
export function othersBack({ namespace, key, previousOthers = [] }: ToSet): Step[] {
  const others = pairs(previousOthers).filter(([other]) => !losesNothing(key, other));
  return others.map(([other, was]) => writeIfThere(writeSysctl(namespace, other, was)));
}

/** A setting as it would have been found if none of the `held` ones, which the stack has, had been set. */
export function withoutSideEffects<State extends Setting>(found: State, held: readonly Setting[]): State {
  const near = held.filter(
    ({ namespace, key }) => namespace === found.namespace && oneName(key) !== oneName(found.key),
  );
  const previousValue = valueBefore(found, near);
  if (!found.previousOthers) return { ...found, previousValue };
  const others = new Map(pairs(found.previousOthers));
  for (const other of near) {
    const made = alongWith(found.key, previousValue, other.key);
    if (made === undefined || made === other.previousValue) others.delete(other.key);
    else others.set(other.key, other.previousValue);
  }
  return { ...found, previousValue, previousOthers: [...others].map((pair) => pair.join("=")) };
}

function valueBefore({ key, value }: Setting, held: readonly Setting[]): string {
  for (const other of held) {
    // What looks otherwise than the other one has made it was set by somebody since.
    if (alongWith(other.key, other.value, key) !== value) continue;
    const was = pairs(other.previousOthers ?? []).find(([one]) => one === key)?.[1];
    return was ?? alongWith(other.key, other.previousValue, key) ?? value;
  }
  return value;
}

function pairs(lines: readonly string[]): [key: string, value: string][] {
  return lines.map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  });
}
