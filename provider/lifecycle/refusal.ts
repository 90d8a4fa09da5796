import { parseUrn } from "../core/urn";
import type { Json } from "../core/values";
import { NetnsError } from "../errors";
import { labelOf, ownerOf } from "../kernel/mark";
import { fullIdOf, type Kind, type Seen, token } from "../resources/kind";

/** Of many things that are in the way, so many are told. */
const MOST_TOLD = 5;

/** The refusals of the life cycle, in words: each says what is there and what to do. */

export function exists(kind: Kind, urn: string, id: string, seen: Seen<Json>, cause?: NetnsError): NetnsError {
  const left = `it is left as it is${cause?.parts.said ? ` (${cause.parts.said})` : ""}`;
  const subject = `${token(kind)} ${id}`;
  const owner = seen.mark === undefined ? undefined : ownerOf(seen.mark);
  const { project, stack, name } = parseUrn(urn);
  if (!owner || owner.label === labelOf(urn)) {
    return new NetnsError({
      kind: "exists",
      tried: `${subject}: it already exists, and is not in this stack's state`,
      said: `there is ${seen.what}${owner ? `, which this resource made in an earlier run (${seen.mark})` : ""}; ${left}`,
      todo:
        seen.ofKernel ??
        (seen.state
          ? `Import it with \`pulumi import ${token(kind)} ${name} ${fullIdOf(kind, seen.state)}\`, or remove it, or choose another name.${
              owner ? " To replace it, give it the option `deleteBeforeReplace: true`." : ""
            }`
          : "Remove it, or choose another name."),
    });
  }
  const isThisStack = owner.label.startsWith(`${labelOf(urn).split("/").slice(0, 2).join("/")}/`);
  return new NetnsError({
    kind: "exists",
    tried: isThisStack
      ? `${subject}: resource \`${owner.name}\` of this stack already has it`
      : `${subject}: another stack has it: ${owner.label}`,
    said: `there is ${seen.what}, marked ${seen.mark}; ${left}`,
    todo: isThisStack
      ? `Choose another name; or let \`${owner.name}\` give it up in an earlier update; or, if \`${owner.name}\` is ` +
        `now called \`${name}\`, give it \`aliases: [{ name: "${owner.name}" }]\`.`
      : `Destroy that stack first, or choose another name in ${project}/${stack}.`,
  });
}

const EXIST_WITHIN =
  "Remove them, choose other names, or leave them out of the topology. Namespaces that hold nothing else can be " +
  "imported whole with `pulumi import netns:index:Topology NAME NAMESPACE,NAMESPACE`.";

/** Parts of a topology that are there already, and that it has not made. */
export function existWithin(subject: string, parts: readonly { path: string; seen: Seen<Json> }[]): NetnsError {
  const told = parts.slice(0, MOST_TOLD).map(({ path, seen }) => {
    const mark = seen.mark === undefined ? "" : ` (marked ${seen.mark})`;
    return `${path}: there is ${seen.what}${mark}`;
  });
  const more = parts.length > MOST_TOLD ? [`and ${parts.length - MOST_TOLD} more`] : [];
  return new NetnsError({
    kind: "exists",
    tried: `${subject}: parts of it already exist, and are not in this stack's state; they are left as they are`,
    said: [...told, ...more].join("; "),
    todo: [...new Set(parts.map(({ seen }) => seen.ofKernel ?? EXIST_WITHIN))].join(" "),
  });
}

export function notThere(subject: string, namespaces: readonly string[]): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${subject}: it cannot be imported`,
    said: `there is no namespace ${namespaces.join(", ")}`,
    todo: "Name the namespaces that are there: `ip netns` lists them.",
  });
}

export function held(subject: string, holder: string): NetnsError {
  const { name } = parseUrn(holder);
  return new NetnsError({
    kind: "exists",
    tried: `${subject}: resource \`${name}\` of this stack already sets it`,
    todo: `Keep one of the two; if \`${name}\` has another name now, give it \`aliases: [{ name: "${name}" }]\`.`,
  });
}

/** Create before delete: the engine does so when the program says so, or names no order where the engine asks nobody. */
export function replaced(subject: string, name: string): NetnsError {
  return new NetnsError({
    kind: "exists",
    tried: `${subject}: the thing that it replaces is still there`,
    todo: `Give \`${name}\` the option \`deleteBeforeReplace: true\`.`,
  });
}

/** Another process of the same stack is at it, or hangs. */
export function underWay(type: string, id: string, pid: number): NetnsError {
  return new NetnsError({
    kind: "busy",
    tried: `netns:index:${type} ${id}: another run of this stack is making it`,
    said: `process ${pid} has recorded that`,
    todo: "Wait for that run, or end that process, and run `pulumi up` again.",
  });
}

/** What another resource has made is not to be had twice. */
export function otherOwner(kind: Pick<Kind, "type">, id: string, mark: string): NetnsError {
  return new NetnsError({
    kind: "exists",
    tried: `${token(kind)} ${id}: it cannot be imported, because another resource has it: ${ownerOf(mark)?.label}`,
    said: `it is marked ${mark}`,
    todo:
      "If that resource has another name now, use `aliases` or `pulumi state rename`; between stacks, use `pulumi " +
      "state move`.",
  });
}

/** Not the thing itself is there, but something else that a part of it would be called. */
export function taken(subject: string, cause: NetnsError): NetnsError {
  return new NetnsError({
    kind: "exists",
    tried: `${subject}: a name or number that it needs is already taken by something else`,
    said: cause.parts.said,
    todo: cause.parts.todo,
  });
}

export function nothingToSet(subject: string, todo: string): NetnsError {
  return new NetnsError({ kind: "notFound", tried: `${subject}: there is nothing to set`, todo });
}

/** Without a record of what it is about to make, a run that is killed could not be gone on with: so nothing is made. */
export function noRecord(subject: string, folder: string, error: unknown): NetnsError {
  return new NetnsError({
    kind: "busy",
    tried: `${subject}: not tried, because its record under ${folder} could not be written`,
    said: error instanceof Error ? error.message : String(error),
    todo: `Make room on the file system of ${folder}, see that it can be written, and run \`pulumi up\` again.`,
  });
}

export function foreignRecords(folder: string, why: string): NetnsError {
  return new NetnsError({
    kind: "permission",
    tried: `nothing was tried, because what is in ${folder} may be another user's doing`,
    said: why,
    todo: `Find out who made it, and remove it: \`rm -r ${folder}\`.`,
  });
}

export function staysRecorded(id: string, folder: string, error: unknown): NetnsError {
  return new NetnsError({
    kind: "busy",
    tried: `${id}: its record under ${folder} could not be removed`,
    said: error instanceof Error ? error.message : String(error),
    todo: `See that ${folder} can be written, and run \`pulumi up\` again.`,
  });
}

export function gone(subject: string): NetnsError {
  return new NetnsError({
    kind: "notFound",
    tried: `${subject}: it cannot be updated, because it is gone, or something else is in its place`,
    todo: "Run `pulumi up` again: it sees what is gone and makes it again.",
  });
}

export function badId(kind: Pick<Kind, "type" | "idForm">, id: string): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${token(kind)}: \`${id.slice(0, 200)}\` is not an id of this kind`,
    todo: `Its ids have the form ${kind.idForm}.`,
  });
}

export function otherThing(kind: Kind, id: string, seen: Seen<Json>): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${token(kind)} ${id}: it cannot be imported as this kind`,
    said: `there is ${seen.what}`,
    todo: seen.todo ?? "Its place must be free for a thing of this kind.",
  });
}

/** No engine sends such: it checks all that it creates and updates. */
export function unchecked(subject: string, faults: string): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${subject}: not tried, because the inputs have not passed Check`,
    said: faults,
    todo: "Call Check first, and pass on the inputs that it returns.",
  });
}

export function notDeleted(subject: string, failed: string): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${subject}: not made, because the deletion of \`${failed}\` has failed, before that of what this replaces`,
    todo: "See the error of that deletion, and run `pulumi up` again.",
  });
}

export function damaged(subject: string, faults: string): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${subject}: left as it is, because its recorded state is damaged`,
    said: faults,
    todo: "Read it again from the host with `pulumi refresh`, or remove it from the state with `pulumi state delete`.",
  });
}

export function leftAlone(subject: string, seen: Seen<Json>): string {
  const mark = seen.mark === undefined ? "" : ` (marked ${seen.mark})`;
  return `${subject} is gone; ${seen.what}${mark} is in its place, is not this stack's, and was left alone.`;
}

/** What an import of many things leaves out, for no kind has words for it. */
export function notImported(subject: string, uncovered: readonly string[]): string {
  const more =
    uncovered.length > MOST_TOLD ? [`and ${uncovered.length - MOST_TOLD} more (\`netns code\` lists them)`] : [];
  return `${subject} contains what no resource can describe: ${[...uncovered.slice(0, MOST_TOLD), ...more].join("; ")}.`;
}

export function offline(subject: string): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${subject}: nothing may be changed, because the provider is offline`,
    todo: "Unset `netns:offline` (and NETNS_OFFLINE) to change the host itself.",
  });
}

export function offlineCall(subject: string): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `${subject}: the host may not be looked at, because the provider is offline`,
    todo: "Unset `netns:offline` (and NETNS_OFFLINE) if this is the right host, or give a value that needs no look at it.",
  });
}

export function noRights(subject: string, missing: string[], wish: "look into" | "change"): NetnsError {
  return new NetnsError({
    kind: "permission",
    tried: `${subject}: this user may not ${wish} the host's network namespaces`,
    said: `the provider's process lacks ${missing.join(" and ")}`,
    todo:
      'Run it as root: sudo --preserve-env env "PATH=$PATH" "HOME=$HOME" pulumi up (on a lab host: ssh://root@HOST),' +
      " or let the provider alone use sudo: NETNS_SUDO=true, or `pulumi config set netns:sudo true` before the first `pulumi up`, or make the lab in a sandbox, which takes" +
      " no rights: `pulumi config set netns:sandbox NAME`." +
      (wish === "change" ? "" : " To preview from the recorded state alone, set NETNS_OFFLINE=true."),
  });
}

/** Resources that the engine runs side by side need not all tell the same story. */
export function noRightsEither(subject: string, toldBy: string): NetnsError {
  return new NetnsError({
    kind: "permission",
    tried: `${subject}: not tried, because rights are missing (see ${toldBy})`,
  });
}
