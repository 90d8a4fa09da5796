const collator = new Intl.Collator("en", { numeric: true });

/** By name, numbers in it by their value: a program makes what it makes in another order each time. */
export function sorted<T>(all: readonly T[], nameOf: (one: T) => string): T[] {
  return [...all].sort((a, b) => {
    const [first, second] = [nameOf(a), nameOf(b)];
    return collator.compare(first, second) || (first < second ? -1 : Number(first > second));
  });
}
