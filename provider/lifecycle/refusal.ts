import { parseUrn } from "../core/urn";
import type { Json } from "../core/values";
import { NetnsError } from "../errors";
import { type Kind, type Seen, token } from "../resources/kind";

/** The refusals of the life cycle, in words: each says what is there and what to do. */

export function exists(kind: Kind, urn: string, id: string, seen: Seen<Json>, cause?: NetnsError): NetnsError {
  const name = parseUrn(urn).name;
  const mark = seen.mark === undefined ? "" : `, marked ${seen.mark}`;
  return new NetnsError({
    kind: "exists",
    tried: `${token(kind)} ${id}: it exists already, and this stack does not know it`,
    said: `there is ${seen.what}${mark}; it is left as it is${cause?.parts.said ? ` (${cause.parts.said})` : ""}`,
    todo: `Take it into the stack with \`pulumi import ${token(kind)} ${name} ${id}\`, or remove it, or choose another name.`,
  });
}

/** Not the thing itself is there, but something else that a part of it would be called. */
export function taken(subject: string, cause: NetnsError): NetnsError {
  return new NetnsError({
    kind: "exists",
    tried: `${subject}: a name that it needs is taken already, by something that this stack does not know`,
    said: cause.parts.said,
    todo: "Remove or rename that (`ip -n NAMESPACE link` shows it), or choose another name.",
  });
}

export function nothingToSet(subject: string, todo: string): NetnsError {
  return new NetnsError({ kind: "notFound", tried: `${subject}: there is nothing to set`, todo });
}

/** Without a record of what it is about to make, a run that is killed could not be gone on with: so nothing is made. */
export function noRecord(subject: string, folder: string, error: unknown): NetnsError {
  return new NetnsError({
    kind: "busy",
    tried: `${subject}: not tried, for its record under ${folder} could not be written`,
    said: error instanceof Error ? error.message : String(error),
    todo: `Make room on the file system of ${folder}, see that it can be written, and run \`pulumi up\` again.`,
  });
}

export function gone(subject: string): NetnsError {
  return new NetnsError({
    kind: "notFound",
    tried: `${subject}: it cannot be updated, for it is gone, or another thing is in its place`,
    todo: "Run `pulumi up` again: it sees what is gone and makes it anew.",
  });
}

export function badId(kind: Kind, id: string): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${token(kind)}: \`${id.slice(0, 200)}\` is not the id of one`,
    todo: `Its ids have the form ${kind.idForm}.`,
  });
}

export function otherThing(kind: Kind, id: string, seen: Seen<Json>): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${token(kind)} ${id}: it cannot be imported as one`,
    said: `there is ${seen.what}`,
    todo: "Import it as what it is.",
  });
}

export function leftAlone(subject: string, seen: Seen<Json>): string {
  const mark = seen.mark === undefined ? "" : ` (marked ${seen.mark})`;
  return `${subject} is gone; ${seen.what}${mark} is in its place, is not this stack's, and was left alone.`;
}

export function offline(subject: string): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${subject}: nothing may be changed, for the provider is offline`,
    todo: "Unset `netns:offline` (and NETNS_OFFLINE) where the host itself is to be changed.",
  });
}

export function noRights(subject: string, missing: string[]): NetnsError {
  return new NetnsError({
    kind: "permission",
    tried: `${subject}: this user may not change the host's network namespaces`,
    said: `the provider's process lacks ${missing.join(" and ")}`,
    todo:
      'Run it as root: sudo --preserve-env env "PATH=$PATH" "HOME=$HOME" pulumi up' +
      " (or let the provider alone use sudo: `pulumi config set netns:sudo true`).",
  });
}

/** Resources that the engine runs side by side need not all tell the same story. */
export function noRightsEither(subject: string, toldBy: string): NetnsError {
  return new NetnsError({ kind: "permission", tried: `${subject}: not tried, for want of rights (see ${toldBy})` });
}
