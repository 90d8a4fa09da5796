import fc from "fast-check";
import type { Json } from "../../provider/core/values";
import { reachOf } from "../../provider/kernel/sysctlResets";
import type { Kind } from "../../provider/resources/kind";
import { batchCommands } from "./batchLines";
import { nastyTexts } from "./nasty";

const TWO_OR_THREE = { minLength: 2, maxLength: 3 };

/** Inputs in which each text is a hostile one; `devices` and `namespaces` give the names of such. */
export function written(kind: Kind, devices = nastyTexts, namespaces = nastyTexts): fc.Arbitrary<Json> {
  const text = devices;
  const namespace = fc.option(namespaces, { nil: undefined });
  const address = fc.oneof(text, fc.constantFrom("10.0.0.1/24", "fd00::1/64", "::FFFF:10.0.0.1/120"));
  const end = fc.record({ name: text, namespace, up: fc.boolean() });
  const host = fc.oneof(text, fc.constantFrom("10.0.0.2", "::FFFF:10.0.0.1"));
  const vlans = fc.constant([{ vid: 10, vidEnd: 12, untagged: true }]);
  const ways = fc.array(fc.record({ device: text, gateway: fc.constantFrom("10.0.0.8", "10.0.0.9") }), TWO_OR_THREE);
  const inputs: Record<string, fc.Arbitrary<Json>> = {
    Namespace: fc.record({ name: namespaces, loopbackUp: fc.boolean() }),
    VethPair: fc.record({ a: end, b: end }),
    Bridge: fc.record({ name: text, namespace, up: fc.boolean(), stp: fc.boolean(), vlans }),
    Dummy: end,
    Macvlan: fc.record({ name: text, namespace, up: fc.boolean(), parent: text, mode: fc.constant("bridge") }),
    Vlan: fc.record({ name: text, namespace, up: fc.boolean(), parent: text, vid: fc.constant(10) }),
    Vxlan: fc.record({
      ...{ name: text, namespace, vni: fc.constant(7), device: text, remote: fc.option(host, { nil: undefined }) },
      fdb: fc.constant([{ mac: "00:00:00:00:00:00", destination: "10.0.0.3" }]),
    }),
    Tap: fc.record({ name: text, namespace, up: fc.boolean(), user: fc.constant("ann"), group: fc.constant(5) }),
    Qdisc: fc.record({
      ...{ namespace, device: text, parent: fc.constantFrom("root", "1:1"), handle: fc.constantFrom("1:", "8001:") },
      ...{ kind: fc.constant("tbf"), tbf: fc.constant({ rate: "1mbit", burst: "32kb", latency: "9ms" }) },
    }),
    BridgePort: fc.record({ namespace, bridge: text, device: text, hairpin: fc.boolean(), vlans }),
    Firewall: fc.record({
      ...{ namespace, name: fc.oneof(text, fc.constantFrom("nat", "a.b-c")), family: fc.constantFrom("inet", "ip6") },
      rules: fc.oneof(nastyTexts, fc.constantFrom("", "chain a { accept; } # }", 'chain a { log prefix "}" ; }')),
    }),
    OvsBridge: fc.record({ name: text, namespace, up: fc.boolean(), database: fc.constant("unix:/run/db.sock") }),
    OvsPort: fc.record({
      bridge: text,
      name: text,
      namespace,
      tag: fc.constant(10),
      type: fc.constantFrom(undefined, "internal"),
    }),
    LinkSettings: fc.record({
      ...{ namespace, device: text, up: fc.boolean(), mtu: fc.constant(1400), mac: fc.constant("02:00:00:00:00:0a") },
      offloads: fc.record({ gro: fc.boolean(), tso: fc.boolean() }),
    }),
    Neighbor: fc.record({ namespace, device: text, address: host, mac: fc.constant("02:00:00:00:00:0b") }),
    Route: fc.record({
      ...{ namespace, destination: fc.oneof(text, fc.constantFrom("10.8.0.0/16", "default")), metric: fc.constant(5) },
      nexthops: ways,
    }),
    Rule: fc.record({ namespace, priority: fc.constant(7), iif: text, oif: fc.option(text, { nil: undefined }) }),
    Address: fc
      .tuple(fc.record({ namespace, device: text, address }), fc.option(text))
      .map(([rest, more]) => (more === null ? rest : { ...rest, label: rest.device + more })),
    Sysctl: fc.record({
      namespace,
      key: fc.oneof(
        text,
        text.map((part) => `net.ipv4.conf.${part}.forwarding`),
      ),
      // The state says that it was 0 before.
      value: nastyTexts.filter((value) => value.trim() !== "0"),
    }),
  };
  return inputs[kind.type] as fc.Arbitrary<Json>;
}

const OF_QDISCS = ["handle", "kind", "rate", "burst", "latency", "limit", "user", "group"];
/** What has a form of its own. */
const GIVEN = [
  "address",
  "peer",
  "broadcast",
  "mac",
  "scope",
  "mode",
  "protocol",
  "remote",
  "destination",
  "gateway",
  ...OF_QDISCS,
  "family",
  "rules",
  "database",
  "type",
];

/** Harmless texts in the place of hostile ones, and the way back. */
export class Plain {
  private readonly standIns = new Map<string, string>();

  standIn(leaf: unknown, key: string): unknown {
    // The parent of a qdisc is no device.
    const isClass = key === "parent" && (leaf === "root" || leaf === "1:1");
    // For a key that sets others along, those are looked at, too.
    const hasReach = key === "key" && reachOf(String(leaf)).length > 0;
    if (typeof leaf !== "string" || isClass || hasReach || GIVEN.includes(key)) return leaf;
    const known = this.standIns.get(leaf);
    // Of letters that no hostile text has.
    const word = known ?? this.formOf(leaf, key, `jq${this.standIns.size}qj`);
    this.standIns.set(leaf, word);
    return word;
  }

  restored(word: string): string {
    return [...this.standIns].reduce((restored, [leaf, standIn]) => {
      // A key's dots are slashes to sysctl(8), and its slashes dots.
      const swapped = (text: string) => [...text].map((letter) => ({ ".": "/", "/": "." })[letter] ?? letter).join("");
      return restored.replaceAll(standIn, () => leaf).replaceAll(swapped(standIn), () => swapped(leaf));
    }, word);
  }

  private formOf(leaf: string, key: string, word: string): string {
    if (key === "key") return `net.${word}`;
    return leaf.startsWith("/") ? `/${word}` : word;
  }
}

/** A command, or those of the batch that it reads; another program's text is a word more. */
export function spread(argv: readonly string[], stdin: string | undefined): string[][] {
  if (stdin !== undefined && !argv.includes("-batch")) return [[...argv, stdin]];
  if (stdin === undefined) return [[...argv]];
  return batchCommands(stdin).map((words) => [...argv.slice(0, argv.indexOf("-batch")), ...words]);
}
