import { type Command, type Kill, MOMENTS, type Moment, VICTIMS } from "./shims";

/** Every command and victim for a moment, or `most` of them, so that each form of command and each victim comes up. */
export function killsAt(moment: Moment, commands: readonly Command[], most: number): Kill[] {
  if (most >= commands.length * VICTIMS.length) {
    return commands.flatMap((command) => VICTIMS.map((victim) => ({ ...command, moment, victim })));
  }
  const forms = byForm(commands);
  // The moments share the forms out among them: with few cases, each form is for one moment only.
  const total = most * MOMENTS.length;
  const stride = Math.max(1, forms.length / total);
  const first = most * MOMENTS.indexOf(moment);
  return Array.from({ length: most }, (_, index) => {
    const turn = first + index;
    const round = Math.floor((turn * stride) / forms.length);
    const form = forms[Math.floor(turn * stride) % forms.length] as Command[];
    const victim = VICTIMS[(turn + round) % VICTIMS.length] as Kill["victim"];
    return { ...(form[turn % form.length] as Command), moment, victim };
  });
}

function byForm(commands: readonly Command[]): Command[][] {
  const forms = new Map<string, Command[]>();
  for (const command of commands) forms.set(formOf(command), [...(forms.get(formOf(command)) ?? []), command]);
  return [...forms.values()];
}

/** A command without the names of what it is about. */
function formOf({ words }: Command): string {
  return words
    .replace(/\/run\/netns\/\S+/g, "NETNS")
    .replace(/ (dev|name|alias|attach|del) \S+/g, " $1 NAME")
    .replace(/net\/[^\s=]+/g, "KEY")
    .replace(/\d+/g, "#");
}
