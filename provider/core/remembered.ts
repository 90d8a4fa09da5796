const MOST_REMEMBERED = 100_000;

/** What was found out about a text, for many are asked about again and again. */
export function remembered<T>(find: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined || known.has(text)) return before as T;
    const found = find(text);
    if (known.size < MOST_REMEMBERED) known.set(text, found);
    return found;
  };
}
