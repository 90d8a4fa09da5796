import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { getAt, isObject, type Json, mapLeaves, type Path, Unknown } from "../core/values";
import { slashed } from "../kernel/sysctl";

/** Values on the wire, see sdk/go/common/resource/plugin/rpc.go of pulumi/pulumi. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  UNKNOWN_STRING,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** A secret of fewer letters can be a part of any word. */
const SHORT = 4;

/** An asset or archive, which no property of ours takes: it passes no schema. */
const OPAQUE = Symbol("an asset or archive");

export interface Properties {
  values: Json;
  /** Where the secrets are; `values` holds them in clear. */
  secrets: Path[];
}

export function decode(struct: Struct | undefined): Properties {
  const secrets: Path[] = [];
  const values = (struct ? open(struct.toJavaScript(), [], secrets) : {}) as Json;
  return { values, secrets };
}

/** The values on the wire, secret again where `secrets` says so. */
export function encode(values: Json, secrets: readonly Path[] = []): Struct {
  return Struct.fromJavaScript(close(values, [], secrets) as Parameters<typeof Struct.fromJavaScript>[0]);
}

function open(value: unknown, path: Path, secrets: Path[]): unknown {
  if (typeof value === "string") return UNKNOWNS.has(value) ? Unknown.value : value;
  if (Array.isArray(value)) return value.map((inner, index) => open(inner, [...path, index], secrets));
  if (!isObject(value)) return value;
  switch (value[SIGNATURE]) {
    case undefined:
      return Object.fromEntries(
        Object.entries(value)
          .map(([key, inner]) => [key, open(inner, [...path, key], secrets)] as const)
          // In Pulumi, null means that it was left out.
          .filter(([, inner]) => inner !== null && inner !== undefined),
      );
    case SECRET:
      secrets.push(path);
      return open(value.value, path, secrets);
    case OUTPUT:
      if (value.secret === true) secrets.push(path);
      return "value" in value ? open(value.value, path, secrets) : Unknown.value;
    case RESOURCE:
      return open(value.id, path, secrets) || (value.id === undefined ? value.urn : Unknown.value);
    default:
      return OPAQUE;
  }
}

function close(value: unknown, path: Path, secrets: readonly Path[]): unknown {
  const plain = closeInner(value, path, secrets);
  const isSecret = secrets.some((one) => one.length === path.length && one.every((key, index) => key === path[index]));
  return isSecret ? { [SIGNATURE]: SECRET, value: plain } : plain;
}

function closeInner(value: unknown, path: Path, secrets: readonly Path[]): unknown {
  if (value instanceof Unknown) return UNKNOWN_STRING;
  if (Array.isArray(value)) return value.map((inner, index) => close(inner, [...path, index], secrets));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.map(([key, inner]) => [key, close(inner, [...path, key], secrets)]));
}

/** The texts of the secrets, for masking. */
export function secretTexts({ values, secrets }: Properties): string[] {
  const texts = new Set<string>();
  for (const path of secrets) {
    mapLeaves(getAt(values, path), (leaf) => {
      if (typeof leaf === "string" || typeof leaf === "number") {
        for (const text of forms(String(leaf))) texts.add(text);
      }
      return leaf;
    });
  }
  return [...texts].filter((text) => text !== "");
}

/**
 * The forms in which a secret gets into a command, or into what that says: as it is, in quotes, as JSON, as a key with
 * slashes, an address alone, a line of it, with and without the comment at its end.
 */
function forms(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const lines = text.includes("\n") ? [...new Set(text.split("\n"))] : [];
  const telling = lines
    .flatMap((line) => [line.trim(), line.replace(/#.*/, "").trim()])
    .filter((line) => line.length >= SHORT);
  const quoted = [text, json].map((form) => form.replaceAll("'", "'\\''"));
  return [text, json, ...quoted, slashed(text), text.replace(/\/\d+$/, ""), ...telling];
}

/** `text` without the secrets, the longest first, since one may hold another. One of a few letters counts only as a word of its own, or nothing could be read. */
export function masked(text: string, secrets: readonly string[]): string {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, secret) => {
    if (secret.length >= SHORT) return shown.replaceAll(secret, "[secret]");
    const literal = secret.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return shown.replace(new RegExp(`(?<![\\w.-])${literal}(?![\\w.-])`, "g"), "[secret]");
  }, text);
}
