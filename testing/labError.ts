/** What the engine says of every run that has failed. */
const FAILED = /^ {2}pulumi:pulumi:Stack \(.*\):\n {4}error: update failed\n\n?/m;

/** A lab that did not come up, or cannot do what it was asked for. What the engine says of it is in the message. */
export class LabError extends Error {
  override readonly name = "LabError";
}

/** `plugin`: what that has said where it has ended by itself. */
export function notUp(engine: string, plugin: string): LabError {
  const said = [diagnosticsOf(engine), plugin].map(indented).filter(Boolean);
  return new LabError(["the lab did not come up", ...said].join("\n"));
}

export function notUpInTime(timeoutMs: number, engine: string): LabError {
  return new LabError(`the lab was not up after ${timeoutMs / 1000} s\n${indented(engine)}`);
}

/** The part of what the engine writes that tells what was wrong; all of it where there is none. */
function diagnosticsOf(said: string): string {
  const [, after] = said.split(/^Diagnostics:\n/m);
  const diagnostics = after?.split(/^(?:Outputs|Resources|Policies):/m)[0]?.replace(FAILED, "");
  return diagnostics?.trim() || said;
}

function indented(text: string): string {
  return text
    .trim()
    .replace(/^(?=.)/gm, "  ")
    .replace(/^ {4}/gm, "  ");
}
