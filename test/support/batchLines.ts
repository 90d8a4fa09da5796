const BLANKS = " \t\r\n";

/** The words of each command in an `ip -batch` text, as iproute2 reads them (getcmdline() and makeargs() of its lib/utils.c). */
export function batchCommands(text: string): string[][] {
  const joined = text
    .split("\n")
    .map((line) => line.replace(/#.*$/, ""))
    .join("\n")
    .replaceAll("\\\n", "");
  return joined
    .split("\n")
    .map(wordsOf)
    .filter((words) => words.length > 0);
}

function wordsOf(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  const until = (isEnd: (letter: string) => boolean) => {
    const start = at;
    while (at < line.length && !isEnd(line[at] as string)) at += 1;
    return line.slice(start, at++);
  };
  for (;;) {
    while (at < line.length && BLANKS.includes(line[at] as string)) at += 1;
    const quote = line[at];
    if (quote === undefined) return words;
    if (quote === "'" || quote === '"') {
      at += 1;
      words.push(until((letter) => letter === quote));
      if (at > line.length) throw new Error("Unterminated quoted string");
    } else words.push(until((letter) => BLANKS.includes(letter)));
  }
}
