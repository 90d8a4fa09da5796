import { parse } from "../../../provider/core/check";
import type { Json } from "../../../provider/core/values";
import type { Written } from "../../../provider/model/resources";
import { kinds } from "../../../provider/resources";
import { previewCreate } from "../../../provider/server/preview";
import type { Recorded } from "../provider/rpcs";
import type { TestProvider } from "../provider/testProvider";
import { evaluated } from "./evaluate";

/** What a program has made. */
export interface Made {
  /** As a state of Pulumi's has it. */
  readonly written: Written[];
  /** What differs from the program by now, as Pulumi names it, with its resource. */
  changes(): Promise<string[]>;
  remove(): Promise<void>;
}

/** Makes what a program without types says, by the provider alone: an engine takes more than a minute in the second kernel. */
export async function madeBy(provider: TestProvider, text: string): Promise<Made> {
  const all: { type: string; name: string; recorded: Recorded }[] = [];
  for (const { type, name: owner, inputs } of evaluated(text, (type, _, inputs) => atFirst(type, inputs))) {
    const name = owner.slice(type.length + 1);
    all.push({ type, name, recorded: await provider.create(type, name, inputs) });
  }
  return {
    written: all.map(({ type, name, recorded }) => ({
      urn: `urn:pulumi:lab::labs::netns:index:${type}::${name}`,
      type: `netns:index:${type}`,
      inputs: recorded.inputs,
      outputs: recorded.state,
    })),
    async changes() {
      const found = all.map(async ({ type, name, recorded }) => {
        const seen = await provider.read(type, name, recorded);
        if (!seen) return [`${name} is gone`];
        return provider.diff(type, seen, recorded.inputs).details.map((change) => `${name} ${change}`);
      });
      return (await Promise.all(found)).flat();
    },
    async remove() {
      for (const { type, name, recorded } of all.reverse()) await provider.delete(type, name, recorded);
    },
  };
}

/** What is known of a resource before it is made. */
function atFirst(type: string, inputs: Json): Json {
  const kind = kinds.find((one) => one.type === type);
  if (!kind) throw new Error(`there is no kind ${type}`);
  const { parsed } = parse(kind.inputs, inputs);
  return { ...parsed, ...previewCreate(kind, parsed) };
}
