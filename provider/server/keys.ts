/** The key of a thing in this run: the URN of a resource, and for a thing of a Topology its own key on a second line. */
export function keyIn(urn: string, key: string): string {
  return `${urn}\n${key}`;
}

/** The resource that a key is of. */
export function urnIn(key: string): string {
  return key.split("\n", 1)[0] as string;
}
