import { pathText } from "../core/values";
import type { Drift } from "../live/compare";
import type { Hop } from "../model/reach/types";
import { labelOf, type Resource } from "../model/resources";

/** No longer values are told. */
const SHORT = 40;

/** `client eth0 → router eth0, eth1 → server eth0`, a line a hop, with what decides there. */
export function wayText(hops: readonly Hop[]): string[] {
  const lines = hops.map(({ host, in: from, out, decided }) => {
    const devices = [from && `in by ${from}`, out && `out by ${out}`].filter(Boolean).join(", ");
    const why = decided.map(({ text }) => text).join("; ");
    return `${hostText(host)}: ${[devices, why].filter(Boolean).join("; ")}`;
  });
  return withOneRound(lines);
}

/** Of a packet that goes round and round, the first round. */
function withOneRound(lines: string[]): string[] {
  const start = lines.findIndex((line, index) => lines.includes(line, index + 1));
  const round = lines.slice(start, lines.indexOf(lines[start] ?? "", start + 1));
  const rounds = Math.floor((lines.length - start) / round.length);
  if (start < 0 || rounds < 3) return lines;
  return [...lines.slice(0, start + round.length), `and so on: ${round.map(hostOf).join(", ")}, ${rounds} times`];
}

function hostOf(line: string): string {
  return line.slice(0, line.indexOf(":"));
}

export function hostText(host: string): string {
  return host || "the provider's own namespace";
}

/** A command to type, which the provider's own namespace has without a door. */
export function inHost(host: string, command: string): string {
  return host === "" ? command : `netns exec ${host} -- ${command}`;
}

/** `the Route client-default`. */
export function resourceText(resource: Resource): string {
  return `the ${resource.kind.type} ${labelOf(resource)}`;
}

/** What the host has otherwise, as a clause. */
export function driftText({ resource, path, want, is, isUnsaid }: Drift): string {
  const what = resourceText(resource);
  if (!path) return `${what} of the stack is not there`;
  const property = pathText(path);
  const [ours, theirs] = [valueText(want), valueText(is)];
  if (ours === undefined || theirs === undefined) return `somebody has changed \`${property}\` of ${what}`;
  if (isUnsaid) return `\`${property}\` of ${what} was ${ours} and is ${theirs}, of which the program says nothing`;
  return `${what} of the stack has \`${property}: ${ours}\`, the host has ${theirs}`;
}

function valueText(value: unknown): string | undefined {
  if (value === undefined) return "none";
  const text = JSON.stringify(value);
  return text.length > SHORT ? undefined : text;
}

/** Of one sentence or more the clause, to which another one can be added. */
export function clause(text: string): string {
  return text.replace(/\.$/, "").replaceAll(/\. (?=\S)/g, "; ");
}

export function capital(text: string): string {
  return text.replace(/^./, (letter) => letter.toUpperCase());
}

export function lower(sentence: string): string {
  return sentence.replace(/^[A-Z](?=[a-z ])/, (letter) => letter.toLowerCase());
}
