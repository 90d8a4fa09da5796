import fc from "fast-check";
import type { Json } from "../../provider/core/values";
import type { Kind } from "../../provider/resources/kind";
import { batchCommands } from "./batchLines";
import { nastyTexts } from "./nasty";

/** Inputs in which each text is a hostile one; `devices` and `namespaces` give the names of such. */
export function written(kind: Kind, devices = nastyTexts, namespaces = nastyTexts): fc.Arbitrary<Json> {
  const text = devices;
  const namespace = fc.option(namespaces, { nil: undefined });
  const address = fc.oneof(text, fc.constantFrom("10.0.0.1/24", "fd00::1/64", "::FFFF:10.0.0.1/120"));
  const end = fc.record({ name: text, namespace, up: fc.boolean() });
  const inputs: Record<string, fc.Arbitrary<Json>> = {
    Namespace: fc.record({ name: namespaces, loopbackUp: fc.boolean() }),
    VethPair: fc.record({ a: end, b: end }),
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

/** Harmless texts in the place of hostile ones, and the way back. */
export class Plain {
  private readonly standIns = new Map<string, string>();

  standIn(leaf: unknown, key: string): unknown {
    if (typeof leaf !== "string" || ["address", "peer", "broadcast", "mac", "scope"].includes(key)) return leaf;
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

/** A command, or those of the batch that it reads. */
export function spread(argv: readonly string[], stdin: string | undefined): string[][] {
  if (stdin === undefined) return [[...argv]];
  return batchCommands(stdin).map((words) => [...argv.slice(0, argv.indexOf("-batch")), ...words]);
}
