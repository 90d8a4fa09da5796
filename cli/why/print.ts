import type { Finding } from "../../provider/why/question";
import { styled } from "../table";

/** The answer first; then the way as far as it goes, what shows it, and what to do. */
export function printFinding({ reaches, sentence, there, back, proof, change, todo }: Finding): void {
  const parts = [
    styled(reaches ? "green" : "red", sentence),
    ...part("The way there", there),
    ...part("The way back", back),
    ...part("What shows it", proof),
    ...part("What to do", [...(todo === undefined ? [] : [todo]), ...(change?.lines ?? []).map((line) => `$ ${line}`)]),
  ];
  process.stdout.write(`${parts.join("\n")}\n`);
}

function part(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", styled("bold", `${title}:`), ...lines.map((line) => `  ${line}`)];
}
