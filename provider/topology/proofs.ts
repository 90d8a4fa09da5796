import type { Json } from "../core/values";
import { type Kernel, withReadCache } from "../kernel/kernel";
import { proofOf, proved, seenAgain, stateOf } from "../lifecycle/proofs";
import type { List, Proof } from "../resources/kind";
import { byKey, elementsOf, isKnown } from "./elements";
import type { Thing } from "./record";
import { partOf } from "./work";

interface Parted {
  made: List[];
  proved: List[];
}

/** Each time the same lists, for what was found in them is remembered by them. */
const parted = new WeakMap<readonly List[], Parted>();

/** The lists of what is made or set, and those of what is proved when all of that is there. */
export function madeAndProved(lists: readonly List[]): Parted {
  const isProved = ({ kind }: List) => kind.prove !== undefined;
  const known = parted.get(lists) ?? {
    made: lists.filter((list) => !isProved(list)),
    proved: lists.filter(isProved),
  };
  parted.set(lists, known);
  return known;
}

/** Proves all of it side by side; the error is that of the first that is not so. */
export async function proveAll(kernel: Kernel, lists: readonly List[], want: Json, subject: string): Promise<Thing[]> {
  const elements = elementsOf(lists, want).filter(isKnown);
  const proofs = await Promise.allSettled(
    elements.map((one) => proved(one.kind, kernel, one.values, partOf(subject, one))),
  );
  const failed = proofs.find((proof) => proof.status === "rejected");
  if (failed) throw failed.reason;
  // One after the other, so that what has been seen for one is known for the next.
  const cached = withReadCache(kernel);
  const things: Thing[] = [];
  for (const [index, one] of elements.entries()) {
    const { value } = proofs[index] as PromiseFulfilledResult<Proof<Json>>;
    things.push({ ...one, state: await stateOf(value, cached) });
  }
  return things;
}

/** What is so now of what was proved before. */
export function proveAgain(kernel: Kernel, lists: readonly List[], inputs: Json, state: Json): Promise<Thing[]> {
  const before = byKey(elementsOf(lists, state));
  const proofs = elementsOf(lists, inputs).flatMap((one) => {
    const was = before.get(one.key ?? "");
    if (!isKnown(one) || !was) return [];
    return [
      proofOf(one.kind, kernel, one.values).then((proof) => ({
        ...one,
        state: seenAgain(one.kind, one.values, was.values, proof).state,
      })),
    ];
  });
  return Promise.all(proofs);
}
