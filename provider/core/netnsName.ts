import { netnsRef } from "./fields";

const REF = netnsRef();

/** A namespace as it is known: by its name, where its path is nothing but the long form of one. */
export function netnsNameOf(ref: string): string {
  return ref.startsWith("/") ? (REF.safeParse(ref).data ?? ref) : ref;
}
