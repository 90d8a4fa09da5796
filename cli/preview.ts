import { UNKNOWN_STRING } from "../provider/core/wire";
import { NetnsError } from "../provider/errors";
import { type Graph, graphOf } from "../provider/model/graph";
import { isOurs, resourcesOf, type Written } from "../provider/model/resources";
import { type Replacement, replacementsIn } from "../provider/model/review/replacements";
import { runPulumi, said } from "./pulumi";
import type { StackPlace } from "./stack";

export interface Preview {
  before: Graph;
  after: Graph;
  /** Of our resources, those too that stay as they are. */
  steps: PreviewStep[];
}

/** What `pulumi preview` says that it will do with one resource of the engine. */
interface PreviewStep {
  op: string;
  urn: string;
  oldState?: Written;
  newState?: Written;
}

interface Digest {
  steps?: PreviewStep[];
  diagnostics?: { message: string; severity: string }[];
}

/** What `pulumi up` would make of the stack. With NETNS_OFFLINE it takes no rights and no host, as any preview. */
export async function readPreview(place: StackPlace): Promise<Preview> {
  const words = ["preview", "--json", "--show-sames"];
  const tried = "could not preview the stack";
  const { stdout, stderr, exitCode, fail } = await runPulumi(place, words, tried);
  const { steps = [], diagnostics = [] } = digestOf(stdout);
  if (exitCode === 0) return previewOf(steps);
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  throw errors.length === 0
    ? await fail(stderr)
    : new NetnsError({ kind: "user", tried, said: said(errors.join("\n")) });
}

/** A resource that was refreshed first has two steps: what it will be is in the last. */
function previewOf(all: readonly PreviewStep[]): Preview {
  const last = new Map(all.map((step) => [step.urn, step]));
  // A program makes what it makes in another order each time.
  const inOrder = [...last.values()].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  const states = inOrder.map(statesOf);
  return {
    before: graphOf(states.flatMap(([before]) => resourcesOf(before))),
    after: graphOf(states.flatMap(([, after]) => resourcesOf(after))),
    steps: inOrder.filter(({ oldState, newState = oldState }) => newState && isOurs(newState)),
  };
}

/** What goes and comes back under another id, or in the same place. */
export function replacementsOf({ steps }: Preview): Replacement[] {
  return steps.flatMap(({ op, oldState, newState }) =>
    oldState && newState && !op.startsWith("delete") ? replacementsIn(oldState, newState) : [],
  );
}

/** From what one program makes to what another does, of the same resources. */
export function between(base: Preview, head: Preview): Preview {
  const olds = new Map(base.steps.map(({ urn, newState }) => [urn, newState]));
  const steps = head.steps.map(({ oldState: _, ...step }): PreviewStep => {
    const oldState = olds.get(step.urn);
    return { ...step, ...(oldState && { oldState }) };
  });
  return { before: base.after, after: head.after, steps };
}

/** Of what is to change no outputs are known yet. So that like is compared with like, they are left out where they are known. */
function statesOf({ op, oldState, newState }: PreviewStep): [Written[], Written[]] {
  const [before, after] = [oldState ? [oldState] : [], newState ? [newState] : []];
  if (op.startsWith("delete")) return [before.map(asWritten), []];
  if (op.startsWith("read")) return [before.length > 0 ? before : after, after];
  return [before.map(asWritten), after.map(asWritten)];
}

function asWritten({ outputs: _, ...inputs }: Written): Written {
  return inputs;
}

function digestOf(text: string): Digest {
  try {
    // Pulumi writes this in place of what is secret.
    return JSON.parse(text, (_, value: unknown) => (value === "[secret]" ? UNKNOWN_STRING : value)) as Digest;
  } catch {
    return {};
  }
}
