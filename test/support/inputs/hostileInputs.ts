import assert from "node:assert/strict";
import fc from "fast-check";
import { type Json, mapLeaves } from "../../../provider/core/values";
import type { Kernel } from "../../../provider/kernel/kernel";
import { reachOf } from "../../../provider/kernel/sysctlResets";
import type { Kind } from "../../../provider/resources/kind";
import { FakeHost, kernelOn } from "../provider/fakeHost";
import { FakeNetlink, fakeLink } from "../provider/fakeNetlink";
import { hostileTexts } from "./hostileTexts";

const TWO_OR_THREE = { minLength: 2, maxLength: 3 };

/** A Process is started by a script for a shell, so a real shell has to read it: test/kernel/processHostile.test.ts. */
export const isRecorded = ({ type }: Kind) => type !== "Process";

/** Inputs in which each text is a hostile one; `devices` and `namespaces` give the names of such. */
export function hostileInputs(kind: Kind, devices = hostileTexts, namespaces = hostileTexts): fc.Arbitrary<Json> {
  const text = devices;
  const namespace = fc.option(namespaces, { nil: undefined });
  const address = fc.oneof(text, fc.constantFrom("10.0.0.1/24", "fd00::1/64", "::FFFF:10.0.0.1/120"));
  const end = fc.record({ name: text, namespace, up: fc.boolean() });
  const host = fc.oneof(text, fc.constantFrom("10.0.0.2", "::FFFF:10.0.0.1"));
  const vlans = fc.constant([{ vid: 10, vidEnd: 12, untagged: true }]);
  const ways = fc.array(fc.record({ device: text, gateway: fc.constantFrom("10.0.0.8", "10.0.0.9") }), TWO_OR_THREE);
  // One that is left out is made of the name.
  const mac = fc.constant("02:00:00:00:00:0c");
  const inputs: Record<string, fc.Arbitrary<Json>> = {
    Namespace: fc.record({ name: namespaces, loopbackUp: fc.boolean() }),
    VethPair: fc.record({ a: end, b: end }),
    Netkit: fc.record({ a: end, b: end }),
    Bridge: fc.record({ name: text, namespace, mac, up: fc.boolean(), stp: fc.boolean(), vlans }),
    Dummy: end,
    Macvlan: fc.record({ name: text, namespace, up: fc.boolean(), parent: text, mode: fc.constant("bridge") }),
    Ifb: end,
    Macvtap: fc.record({ name: text, namespace, up: fc.boolean(), parent: text, mode: fc.constant("bridge") }),
    Ipvlan: fc.record({ name: text, namespace, up: fc.boolean(), parent: text, flag: fc.constant("private") }),
    Vlan: fc.record({ name: text, namespace, up: fc.boolean(), parent: text, vid: fc.constant(10) }),
    Vrf: fc.record({ name: text, namespace, up: fc.boolean(), table: fc.constant(10) }),
    VrfPort: fc.record({ namespace, vrf: text, device: text }),
    Bond: fc.record({
      name: text,
      namespace,
      mac,
      up: fc.boolean(),
      mode: fc.constant("active-backup"),
    }),
    BondPort: fc.record({ namespace, bond: text, device: text }),
    Vxlan: fc.record({
      ...{ name: text, namespace, vni: fc.constant(7), device: text, remote: fc.option(host, { nil: undefined }) },
      fdb: fc.constant([{ mac: "00:00:00:00:00:00", destination: "10.0.0.3" }]),
    }),
    Geneve: fc.record({ name: text, namespace, vni: fc.constant(7), remote: fc.constant("10.0.0.2") }),
    Tunnel: fc.record({
      ...{ name: text, namespace, mode: fc.constantFrom("gre", "gretap", "ipip"), device: text },
      remote: fc.constant("10.0.0.2"),
    }),
    Tap: fc.record({ name: text, namespace, up: fc.boolean(), user: fc.constant("root"), group: fc.constant(5) }),
    Qdisc: fc.record({
      ...{ namespace, device: text, parent: fc.constantFrom("root", "1:1"), handle: fc.constantFrom("1:", "8001:") },
      ...{ kind: fc.constant("tbf"), tbf: fc.constant({ rate: "1mbit", burst: "32kb", latency: "9ms" }) },
    }),
    BridgePort: fc.record({ namespace, bridge: text, device: text, hairpin: fc.boolean(), vlans }),
    Firewall: fc.record({
      ...{ namespace, name: fc.oneof(text, fc.constantFrom("nat", "a.b-c")), family: fc.constantFrom("inet", "ip6") },
      rules: fc.oneof(hostileTexts, fc.constantFrom("", "chain a { accept; } # }", 'chain a { log prefix "}" ; }')),
    }),
    OvsBridge: fc.record({ name: text, namespace, mac, up: fc.boolean(), database: fc.constant("unix:/run/db.sock") }),
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
    Reachability: fc.record({
      ...{ namespace, to: fc.oneof(namespaces, host), reachable: fc.boolean(), triggers: fc.array(text) },
      ...{ protocol: fc.constant("tcp"), port: fc.constant(80), timeoutMs: fc.constant(1) },
    }),
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
      value: hostileTexts.filter((value) => value.trim() !== "0"),
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
  "flag",
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

const LONGEST_NAME = 15;

/** Harmless texts in the place of hostile ones, and the way back. */
export class Substitutes {
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

  /** The same with the hostile texts in it, wherever it stands. */
  restoredIn(told: Json): Json {
    return mapLeaves(told, (leaf) => (typeof leaf === "string" ? this.restored(leaf) : leaf)) as Json;
  }

  private restored(word: string): string {
    return [...this.standIns].reduce((restored, [leaf, standIn]) => {
      // A key's dots are slashes to sysctl(8), and its slashes dots.
      const swapped = (text: string) => [...text].map((letter) => ({ ".": "/", "/": "." })[letter] ?? letter).join("");
      return restored.replaceAll(standIn, () => leaf).replaceAll(swapped(standIn), () => swapped(leaf));
    }, word);
  }

  private formOf(leaf: string, key: string, word: string): string {
    if (key === "key") return `net.${word}`;
    // The kernel looks for longer names among the other ones of a device.
    const long = Buffer.byteLength(leaf) > LONGEST_NAME ? word.padEnd(LONGEST_NAME + 1, "q") : word;
    return leaf.startsWith("/") ? `/${long}` : long;
  }
}

/** A kernel that has each device from the moment that it is asked for it, and everything else that it is asked about, and does all that it is told. */
export class PermissiveNetlink extends FakeNetlink {
  protected override found(netns: string | undefined, asked: Json) {
    const { links } = this.at(netns);
    const ifname = String(asked.ifname ?? asked.altIfname ?? asked.dev);
    if (super.found(netns, asked).length === 0) links.push(fakeLink({ index: links.length + 1, ifname }));
    return super.found(netns, asked);
  }

  override makeNamespace(file: string, alias: string): void {
    this.namespaces.delete(file);
    super.makeNamespace(file, alias);
  }

  override removeNamespace(file: string): void {
    this.at(file);
    super.removeNamespace(file);
  }

  override writeSysctl(netns: string | undefined, key: string, value: string): void {
    super.writeSysctl(netns, key, value, true);
  }

  protected override at(netns?: string) {
    const there = this.namespaces.get(netns ?? "");
    if (there) return there;
    const made = this.add(netns ?? "");
    made.links.length = 0;
    return made;
  }
}

/** What work gives to a host: each command with its words, all that the kernel is told, and what is looked at. */
interface Recording {
  done: Json[];
  looks: Json[];
}

export async function recordingOf(work: (kernel: Kernel) => Promise<unknown>): Promise<Recording> {
  const host = new FakeHost(() => ({}), new PermissiveNetlink());
  await work(kernelOn(host));
  const commands = host.argvs.map((argv, index): Json => ({ argv, stdin: host.stdins[index] ?? "" }));
  return { done: [...commands, ...host.netlink.changes], looks: host.netlink.looks };
}

/** Hostile texts made the same be done as harmless ones: in any order where it is said so. */
export function assertAlike(hostile: Recording, harmless: Recording, plain: Substitutes, isOrdered = true): void {
  const expected = plain.restoredIn(harmless as unknown as Json) as unknown as Recording;
  assert.ok(expected.done.length > 0);
  if (isOrdered) assert.deepEqual(hostile.done, expected.done);
  else assert.deepEqual(sorted(hostile.done), sorted(expected.done));
  // Of two looks at the same moment for the same thing there is one.
  assert.deepEqual([...new Set(sorted(hostile.looks))], [...new Set(sorted(expected.looks))]);
}

const sorted = (all: Json[]) => all.map((told) => JSON.stringify(told)).sort();
