import type { Json } from "../../core/values";
import type { Device, HostDraft } from "../host";
import { deviceOf, NoCounterpart, unknownWord, type Words } from "./words";

/** The options of types of devices in the words of `ip link … type`, and those of `bridge link set`. */

type Options = Record<string, readonly [key: string, read: (words: Words) => unknown]>;

const whether = (words: Words): boolean => {
  const word = words.next();
  if (["on", "1", "true"].includes(word)) return true;
  if (["off", "0", "false"].includes(word)) return false;
  throw unknownWord(word);
};
const number = (words: Words): number => words.number();

const BRIDGE: Options = {
  stp_state: ["stp", whether],
  vlan_filtering: ["vlanFiltering", whether],
  vlan_default_pvid: ["defaultPvid", number],
  forward_delay: ["forwardDelay", number],
  hello_time: ["helloTime", number],
  max_age: ["maxAge", number],
  ageing_time: ["ageingTime", number],
  priority: ["priority", number],
  mcast_snooping: ["mcastSnooping", whether],
};

const PORT: Options = {
  cost: ["cost", number],
  priority: ["priority", number],
  hairpin: ["hairpin", whether],
  isolated: ["isolated", whether],
  learning: ["learning", whether],
  flood: ["flood", whether],
  guard: ["guard", whether],
  bpdu_guard: ["guard", whether],
  root_block: ["rootBlock", whether],
};

export function bridgeOptions({ inputs }: Device, words: Words): void {
  readAll(inputs, words, BRIDGE);
}

export function portOptions(inputs: Json, words: Words): void {
  readAll(inputs, words, PORT);
}

/** Takes all that it knows, and then says what it does not. */
function readAll(inputs: Json, words: Words, options: Options): void {
  const unknown: string[] = [];
  while (!words.isDone) {
    const word = words.next();
    const [key, read] = options[word] ?? [];
    if (key !== undefined && read) inputs[key] = read(words);
    else unknown.push(word, ...(words.isDone ? [] : [words.next()]));
  }
  if (unknown.length > 0) throw unknownWord(unknown.join(" "));
}

export function vlanOptions({ inputs }: Device, words: Words): void {
  const unknown: string[] = [];
  while (!words.isDone) {
    const word = words.next();
    if (word === "id") inputs.vid = words.number();
    else if (word === "protocol" || word === "proto") inputs.protocol = words.next().replace("802.1q", "802.1Q");
    else unknown.push(word);
  }
  if (unknown.length > 0) throw unknownWord(unknown.join(" "));
}

/** The kernel's own port is another one than ours. */
const KERNELS_PORT = 8472;

export function vxlanOptions(host: HostDraft, { inputs }: Device, words: Words): void {
  const unknown: string[] = [];
  inputs.port = KERNELS_PORT;
  while (!words.isDone) {
    const word = words.next();
    if (word === "id" || word === "vni") inputs.vni = words.number();
    else if (word === "local" || word === "remote" || word === "group") inputs[word] = words.next();
    else if (word === "dev") inputs.device = deviceOf(host, words.next()).name;
    else if (word === "dstport") inputs.port = words.number() || KERNELS_PORT;
    else if (word === "ttl" || word === "hoplimit") inputs.ttl = words.number();
    else if (word === "nolearning") inputs.learning = false;
    else if (word !== "learning") unknown.push(word);
  }
  if (unknown.includes("external")) throw new NoCounterpart("a Vxlan has one network identifier, and not `external`");
  if (unknown.length > 0) throw unknownWord(unknown.join(" "));
}
