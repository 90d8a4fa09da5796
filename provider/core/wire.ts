import { isObject, type Json, type Path, Unknown } from "./values";

/** Values as the engine writes them, on the wire and in states: `pulumi stack export` and `pulumi preview --json` have the same. */

/** See sdk/go/common/resource/plugin/rpc.go of pulumi/pulumi. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
export const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  UNKNOWN_STRING,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** An asset or archive, which no property of ours takes: it passes no schema. */
const OPAQUE = Symbol("an asset or archive");

export interface Properties {
  values: Json;
  /** Where the secrets are; `values` holds them in clear. */
  secrets: Path[];
}

/** What they say. A secret of a state, which is encrypted there, is not known. */
export function opened(written: unknown): Properties {
  const secrets: Path[] = [];
  return { values: (isObject(written) ? open(written, [], secrets) : {}) as Json, secrets };
}

/** `path`: where the value is, which changes on the way. */
function open(value: unknown, path: (string | number)[], secrets: Path[]): unknown {
  if (typeof value === "string") return UNKNOWNS.has(value) ? Unknown.value : value;
  if (Array.isArray(value)) return value.map((inner, index) => openAt(index, inner, path, secrets));
  if (!isObject(value)) return value;
  switch (value[SIGNATURE]) {
    case undefined: {
      const opened: Json = {};
      for (const key of Object.keys(value)) {
        const inner = openAt(key, value[key], path, secrets);
        // In Pulumi, null means that it was left out.
        if (inner !== null && inner !== undefined) opened[key] = inner;
      }
      return opened;
    }
    case SECRET:
      secrets.push([...path]);
      return "value" in value ? open(value.value, path, secrets) : Unknown.value;
    case OUTPUT:
      if (value.secret === true) secrets.push([...path]);
      return "value" in value ? open(value.value, path, secrets) : Unknown.value;
    case RESOURCE:
      return open(value.id, path, secrets) || (value.id === undefined ? value.urn : Unknown.value);
    default:
      return OPAQUE;
  }
}

/** With each explicit provider as the engine refers to one, by URN and id; nothing else is changed. */
export function withProviders(written: unknown): unknown {
  if (Array.isArray(written)) return written.map(withProviders);
  if (!isObject(written)) return written;
  const { urn, id } = written;
  if (written[SIGNATURE] === RESOURCE && typeof urn === "string" && urn.includes("::pulumi:providers:"))
    return `${urn}::${typeof id === "string" && id !== "" ? id : UNKNOWN_STRING}`;
  return Object.fromEntries(Object.entries(written).map(([key, inner]) => [key, withProviders(inner)]));
}

/** The URNs that what is at `path` hangs on, as outputs on the way there and within it tell. */
export function dependenciesAt(written: unknown, path: readonly string[]): string[] {
  const [key, ...rest] = path;
  if (Array.isArray(written)) return written.flatMap((inner) => dependenciesAt(inner, path));
  if (!isObject(written)) return [];
  const own = written[SIGNATURE] === OUTPUT ? ((written.dependencies ?? []) as string[]) : [];
  if (written[SIGNATURE] === OUTPUT || written[SIGNATURE] === SECRET)
    return [...own, ...dependenciesAt(written.value, path)];
  return key === undefined
    ? Object.values(written).flatMap((inner) => dependenciesAt(inner, []))
    : dependenciesAt(written[key], rest);
}

function openAt(key: string | number, value: unknown, path: (string | number)[], secrets: Path[]): unknown {
  path.push(key);
  const opened = open(value, path, secrets);
  path.pop();
  return opened;
}
