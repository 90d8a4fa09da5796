import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { getAt, hasUnknown, isObject, type Json, mapLeaves, type Path, Unknown } from "../core/values";
import { opened, type Properties, SECRET, SIGNATURE, UNKNOWN_STRING } from "../core/wire";
import { slashed } from "../kernel/sysctl";
import { PackedStruct } from "./struct";

/** A secret of fewer letters can be a part of any word. */
const SHORT = 4;

export function decode(struct: Struct | undefined): Properties {
  return opened(struct?.toJavaScript());
}

/** The values on the wire, secret again where `secrets` says so. */
export function encode(values: Json, secrets: readonly Path[] = []): Struct {
  const isPlain = secrets.length === 0 && !hasUnknown(values);
  return PackedStruct.of(isPlain ? values : (close(values, [], secrets) as Json));
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
