import type { Json } from "../../core/values";
import type { HostDraft } from "../host";
import { abbreviated, deviceOf, NoCounterpart, unknownWord, type Words } from "./words";

/** `tc qdisc …` */
export function tc(host: HostDraft, words: Words): void {
  while (words.peek()?.startsWith("-")) words.next();
  const object = abbreviated(words.isDone ? "qdisc" : words.next(), [
    "qdisc",
    "class",
    "filter",
    "chain",
    "action",
  ] as const);
  const verb = abbreviated(words.isDone ? "show" : words.next(), [
    "add",
    "change",
    "replace",
    "link",
    "delete",
    "show",
    "list",
    "ls",
    "get",
  ] as const);
  if (verb === "show" || verb === "list" || verb === "ls" || verb === "get") return;
  if (object !== "qdisc") throw new NoCounterpart(`no kind makes what \`tc ${object ?? ""}\` does`);
  const qdisc: Json = {};
  while (!words.isDone && qdisc.kind === undefined) {
    const word = words.next();
    if (word === "dev") qdisc.device = deviceOf(host, words.next()).name;
    else if (word === "parent") qdisc.parent = words.next();
    else if (word === "handle") qdisc.handle = handle(words.next());
    else if (word !== "root") qdisc.kind = word;
  }
  const same = host.qdiscs.findIndex((one) => one.device === qdisc.device && one.parent === qdisc.parent);
  if (same >= 0) host.qdiscs.splice(same, 1);
  if (verb === "delete") return;
  if (qdisc.device === undefined) throw new NoCounterpart("it names no device");
  if (qdisc.kind === "netem") qdisc.netem = netem(words);
  else if (qdisc.kind === "tbf") qdisc.tbf = pairs(words, TBF);
  else if (SIMPLE.has(String(qdisc.kind))) {
    const options = pairs(words, {});
    if (Object.keys(options).length > 0) qdisc.options = options;
  } else throw new NoCounterpart(`no Qdisc is of kind ${qdisc.kind}`);
  host.qdiscs.push(qdisc);
}

const SIMPLE = new Set([
  "fq_codel",
  "codel",
  "fq",
  "sfq",
  "prio",
  "pfifo",
  "bfifo",
  "pfifo_head_drop",
  "noqueue",
  "htb",
]);
const TBF: Record<string, string> = {
  rate: "rate",
  burst: "burst",
  buffer: "burst",
  maxburst: "burst",
  latency: "latency",
  limit: "limit",
};

function handle(text: string): string {
  return text.includes(":") ? text : `${text}:`;
}

const TIME = /^\d+(\.\d+)?(s|ms|us|msec|msecs|usec|usecs|sec|secs)?$/;
const SHARE = /^\d+(\.\d+)?%?$/;

function netem(words: Words): Json {
  const of: Json = {};
  const time = () => timeText(words.next());
  const isNext = (form: RegExp) => form.test(words.peek() ?? "");
  while (!words.isDone) {
    const word = words.next();
    if (word === "delay" || word === "latency") {
      of.delay = time();
      if (isNext(TIME)) of.jitter = time();
      if (isNext(/%$/)) of.correlation = words.next();
    } else if (word === "loss" || word === "drop") {
      words.take("random");
      of.loss = share(words.next());
    } else if (word === "duplicate" || word === "corrupt" || word === "reorder") of[word] = share(words.next());
    else if (word === "rate") of.rate = words.next();
    else if (word === "limit") of.limit = words.number();
    else throw unknownWord([word, ...words.rest()].join(" "));
    if (isNext(SHARE)) throw unknownWord(`${word} … ${words.next()}`);
  }
  return of;
}

function timeText(text: string): string {
  if (!TIME.test(text)) throw new NoCounterpart(`\`${text}\` is no time`);
  return /^[\d.]+$/.test(text) ? `${text}us` : text.replace(/secs?$/, "s");
}

function share(text: string): string {
  if (!SHARE.test(text)) throw unknownWord(text);
  return text.endsWith("%") ? text : `${text}%`;
}

function pairs(words: Words, names: Record<string, string>): Json {
  const made: Json = {};
  while (!words.isDone) {
    const word = words.next();
    if (words.isDone) throw unknownWord(word);
    const key = names[word] ?? word.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const value = words.next();
    made[key] = /^\d+$/.test(value) && names[word] === undefined ? Number(value) : value;
  }
  return made;
}
