import type { Json } from "../core/values";
import { NetnsError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import { type Kind, type Proof, subjectOf, token } from "../resources/kind";
import * as refusal from "./refusal";
import type { Found, Operations, Resource } from "./resource";
import type { Rights } from "./rights";
import { overlay, type State } from "./state";

/** What is neither made nor set, but proved: nothing on the host is changed, and no record of it is needed. */
export class Proofs implements Operations<Kind> {
  constructor(private readonly rights: Rights) {}

  async create(resource: Resource, inputs: Json): Promise<{ id: string; state: State }> {
    return { id: resource.kind.id(inputs), state: await this.proved(resource, inputs) };
  }

  async refresh(resource: Resource, id: string, inputs: Json, state: State): Promise<Found> {
    const { kind, kernel } = resource;
    await this.rights.need(kernel, subjectOf(resource), "look into");
    return { id, ...seenAgain(kind, inputs, state, await proofOf(kind, kernel, inputs)) };
  }

  async import(resource: Resource, id: string): Promise<Found | undefined> {
    const { kind, kernel } = resource;
    const where = kind.parseId(id);
    if (where === undefined) throw refusal.badId(kind, id);
    await this.rights.need(kernel, subjectOf(resource), "look into");
    const proof = await proofOf(kind, kernel, kind.inputs.parse(where) as Json);
    return proof.failure ? undefined : { id, inputs: kind.adopt(proof.state), state: await stateOf(proof, kernel) };
  }

  update(resource: Resource, _id: string, want: Json): Promise<State> {
    return this.proved(resource, want);
  }

  async delete(): Promise<void> {}

  private async proved(resource: Resource, want: Json): Promise<State> {
    const { kind, kernel } = resource;
    const subject = `${token(kind)} ${kind.id(want)}`;
    await this.rights.need(kernel, subject);
    return stateOf(await proved(kind, kernel, want, subject), kernel);
  }
}

/** All that is to be known of what has just been proved. */
export async function stateOf({ state, more }: Proof<Json>, kernel: Kernel): Promise<State> {
  return { ...state, ...(await more?.(kernel)) };
}

/** The proof; an error where it is not as it is wanted. */
export async function proved(kind: Kind, kernel: Kernel, want: Json, subject: string): Promise<Proof<Json>> {
  const proof = await proofOf(kind, kernel, want);
  const { failure } = proof;
  if (!failure) return proof;
  const { tried, todo } = failure;
  const cause = await failure.explain?.();
  const said = cause === undefined ? failure.said : `${failure.said}; ${cause}`;
  // Another resource of the same run may be about to open the way.
  throw new NetnsError({ kind: "unreachable", tried: `${subject}: ${tried}`, said, todo });
}

/** What it is now; where that is the same, all is as it was proved. */
export function seenAgain(kind: Kind, inputs: Json, before: State, { state, failure }: Proof<Json>) {
  return failure ? { inputs: overlay(kind, inputs, state), state } : { inputs, state: before };
}

export async function proofOf(kind: Kind, kernel: Kernel, want: Json): Promise<Proof<Json>> {
  const proof: Proof<Json> | undefined = await kind.prove?.(kernel, want);
  if (!proof) throw new Error(`${kind.type} proves nothing`);
  return proof;
}
