/** What is shown of a thing: without the keys that the kernel said nothing of. */
export function withoutUndefined<T>(info: Record<string, T | undefined>): Record<string, T> {
  const entries = Object.entries(info).filter((entry): entry is [string, T] => entry[1] !== undefined);
  return Object.fromEntries(entries);
}
