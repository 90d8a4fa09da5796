import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "../../provider/core/check";
import { type Json, mapLeaves } from "../../provider/core/values";
import { Kernel } from "../../provider/kernel/kernel";
import { newMark } from "../../provider/kernel/mark";
import { kinds } from "../../provider/resources";
import type { Kind } from "../../provider/resources/kind";
import { stateFor } from "../support/arbitraries";
import { batchCommands } from "../support/batchLines";
import { FakeHost } from "../support/fakeHost";
import { nastyTexts } from "../support/nasty";
import { cases } from "../support/soak";

const MARK = newMark("urn:pulumi:dev::lab::netns:index:Namespace::test");

describe("Hostile input that Check takes", () => {
  it("is read by the words of `ip -batch` as iproute2 reads them", () => {
    assert.deepEqual(batchCommands("link set a#b up\n'a b' \"c'd\"  e\n\n#x\na\\\nb c\n"), [
      ["link", "set", "a"],
      ["a b", "c'd", "e"],
      ["ab", "c"],
    ]);
    assert.throws(() => batchCommands("link 'a"), /Unterminated/);
  });

  for (const kind of kinds) {
    it(`adds no command, no option and no word to what a ${kind.type} does, and is in it as it means`, async () => {
      let taken = 0;
      const property = fc.asyncProperty(written(kind), async (values) => {
        const { parsed, faults } = parse(kind.inputs, values);
        if (faults.length > 0 || (kind.crossCheck?.(parsed) ?? []).length > 0) return;
        taken += 1;
        const plain = new Plain();
        const harmless = mapLeaves(parsed, (leaf, path) => plain.standIn(leaf, String(path.at(-1)))) as Json;
        const expected = (await commandsOf(kind, harmless)).map((words) => words.map((word) => plain.restored(word)));
        assert.deepEqual(await commandsOf(kind, parsed), expected);
      });
      const runs = cases(2000, 200_000);
      await fc.assert(property, { numRuns: runs });
      assert.ok(taken > runs / 50, `only ${taken} of ${runs} were taken`);
    }).timeout(0);
  }
});

/** Every command that a kind's operations give to the host, alone or in a batch, each as the words that `ip` reads. */
async function commandsOf(kind: Kind, inputs: Json): Promise<string[][]> {
  const commands: string[][] = [];
  const host = new FakeHost((argv, { stdin }) => {
    if (stdin === undefined) commands.push([...argv]);
    else commands.push(...batchCommands(stdin).map((words) => [...argv.slice(0, argv.indexOf("-batch")), ...words]));
    return { stdout: argv.includes("-j") ? "[]" : "", stderr: "" };
  });
  const kernel = new Kernel({ host, signal: new AbortController().signal, debug: () => {} });
  const have = stateFor(kind, inputs);
  const other = mapLeaves(have, (leaf) => (typeof leaf === "boolean" ? !leaf : leaf)) as Json;
  for (const steps of [
    kind.plan(inputs, undefined, MARK),
    kind.plan(inputs, other, MARK),
    kind.remove(have, { state: have, what: "" }),
    kind.remove(have, { state: have, what: "", takesOthersAlong: true }),
  ])
    await kernel.execute(steps, "test");
  await kind.observe(kernel, kind.where(inputs)).catch(() => {});
  await kind.observe(kernel, kind.parseId(kind.id(inputs))).catch(() => {});
  return commands;
}

/** Inputs in which each text is a hostile one. */
function written(kind: Kind): fc.Arbitrary<Json> {
  const text = nastyTexts;
  const namespace = fc.option(text, { nil: undefined });
  const address = fc.oneof(text, fc.constantFrom("10.0.0.1/24", "fd00::1/64", "::FFFF:10.0.0.1/120"));
  const end = fc.record({ name: text, namespace, up: fc.boolean() });
  const host = fc.oneof(text, fc.constantFrom("10.0.0.2", "::FFFF:10.0.0.1"));
  const vlans = fc.constant([{ vid: 10, vidEnd: 12, untagged: true }]);
  const inputs: Record<string, fc.Arbitrary<Json>> = {
    Namespace: fc.record({ name: text, loopbackUp: fc.boolean() }),
    VethPair: fc.record({ a: end, b: end }),
    Bridge: fc.record({ name: text, namespace, up: fc.boolean(), stp: fc.boolean(), vlans }),
    Dummy: end,
    Macvlan: fc.record({ name: text, namespace, up: fc.boolean(), parent: text, mode: fc.constant("bridge") }),
    Vlan: fc.record({ name: text, namespace, up: fc.boolean(), parent: text, vid: fc.constant(10) }),
    Vxlan: fc.record({
      ...{ name: text, namespace, vni: fc.constant(7), device: text, remote: fc.option(host, { nil: undefined }) },
      fdb: fc.constant([{ mac: "00:00:00:00:00:00", destination: "10.0.0.3" }]),
    }),
    BridgePort: fc.record({ namespace, bridge: text, device: text, hairpin: fc.boolean(), vlans }),
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
      value: text.filter((value) => value.trim() !== "0"),
    }),
  };
  return inputs[kind.type] as fc.Arbitrary<Json>;
}

/** What has a form of its own. */
const GIVEN = ["address", "peer", "broadcast", "mac", "scope", "mode", "protocol", "remote", "destination"];

/** Harmless texts in the place of hostile ones, and the way back. */
class Plain {
  private readonly standIns = new Map<string, string>();

  standIn(leaf: unknown, key: string): unknown {
    if (typeof leaf !== "string" || GIVEN.includes(key)) return leaf;
    const known = this.standIns.get(leaf);
    const word = known ?? this.formOf(leaf, key, `z${this.standIns.size}z`);
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
