import type { HostDraft } from "../host";
import { NoCounterpart, type Words } from "./words";

const FORWARDING = new Set(["net.ipv4.ip_forward", "net.ipv4.conf.all.forwarding"]);

/** `sysctl -w KEY=VALUE …` */
export function sysctl(host: HostDraft, words: Words): void {
  const given = words.rest();
  const wrong: string[] = [];
  for (let at = 0; at < given.length; at += 1) {
    const word = given[at] ?? "";
    if (word === "-p" || word.startsWith("--system") || word.startsWith("--load"))
      throw new NoCounterpart("what it sets is in a file of the container");
    if (word.startsWith("-")) continue;
    const equals = word.indexOf("=");
    if (equals < 0) continue;
    // `sysctl -w a=1 2` is not what anybody writes, but `a = 1` is.
    const isApart = equals === word.length - 1;
    const value = isApart ? (given[at + 1] ?? "") : word.slice(equals + 1);
    if (isApart) at += 1;
    const why = setSysctl(host, word.slice(0, equals), value);
    if (why !== undefined) wrong.push(why);
  }
  if (wrong.length > 0) throw new NoCounterpart(wrong.join("; "));
}

/** Why it cannot be. */
export function setSysctl(host: HostDraft, given: string, value: string): string | undefined {
  const key = given.trim().includes("/") && !given.includes(".") ? given.trim().replaceAll("/", ".") : given.trim();
  if (!key.startsWith("net.")) return `\`${key}\` is a setting of the whole machine, and not of a namespace's network`;
  const device = /^net\.ipv[46]\.(?:conf|neigh)\.([^.]+)\./.exec(key)?.[1]?.replaceAll("/", ".");
  const none = device === undefined ? undefined : host.devices.get(device);
  if (none?.type === "none") return none.why;
  if (device !== undefined && device !== "all" && device !== "default" && !none)
    return `nothing in the file gives ${host.name} a device ${device}`;
  const text = value.trim().split(/\s+/).join(" ");
  if (FORWARDING.has(key)) host.forwards = text !== "0";
  else if (key.endsWith(".disable_ipv6") && text === "0") host.sysctls.delete(key);
  else host.sysctls.set(key, /^(0|-?[1-9]\d{0,8})$/.test(text) ? Number(text) : text);
  return undefined;
}

/** The key of a file below /proc/sys; undefined where it is another file. */
export function keyOfFile(path: string): string | undefined {
  const found = /^\/proc\/sys\/(.+)$/.exec(path)?.[1];
  return found
    ?.split("/")
    .map((part) => part.replaceAll(".", "/"))
    .join(".");
}
