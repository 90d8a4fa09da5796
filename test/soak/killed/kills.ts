import { type Change, type Kill, MOMENTS, type Moment, VICTIMS } from "../../support/faults/faultPlan";

/** Every change and victim for a moment, or `most` of them, so that each form of change and each victim comes up. */
export function killsAt(moment: Moment, changes: readonly Change[], most: number): Kill[] {
  if (most >= changes.length * VICTIMS.length) {
    return changes.flatMap((change) => VICTIMS.map((victim) => ({ ...change, moment, victim })));
  }
  const forms = byForm(changes);
  // The moments share the forms out among them: with few cases, each form is for one moment only.
  const total = most * MOMENTS.length;
  const stride = Math.max(1, forms.length / total);
  const first = most * MOMENTS.indexOf(moment);
  return Array.from({ length: most }, (_, index) => {
    const turn = first + index;
    const round = Math.floor((turn * stride) / forms.length);
    const form = forms[Math.floor(turn * stride) % forms.length] as Change[];
    const victim = VICTIMS[(turn + round) % VICTIMS.length] as Kill["victim"];
    return { ...(form[turn % form.length] as Change), moment, victim };
  });
}

function byForm(changes: readonly Change[]): Change[][] {
  const forms = new Map<string, Change[]>();
  for (const change of changes) forms.set(formOf(change), [...(forms.get(formOf(change)) ?? []), change]);
  return [...forms.values()];
}

/** A change without the names and values that it is about, but for the sort of links. */
function formOf({ words }: Change): string {
  return words
    .replace(/(?<!\.kind)=\S+/g, "")
    .replace(/^\S+ (?=RTM_|net\/)/, "")
    .replace(/net\/\S+/g, "KEY")
    .replace(/\d+/g, "#");
}
