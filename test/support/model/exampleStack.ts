import { runtime } from "@pulumi/pulumi";
import { parse } from "../../../provider/core/check";
import type { Json } from "../../../provider/core/values";
import { functionToken } from "../../../provider/functions/function";
import { lab } from "../../../provider/functions/lab";
import { expand } from "../../../provider/lab/lab";
import type { Written } from "../../../provider/model/resources";
import { kinds } from "../../../provider/resources";
import type { Definition } from "../../../provider/resources/kind";
import { previewCreate } from "../../../provider/server/preview";
import { topologyOf } from "../../../provider/topology/topology";

const definitions = new Map<string, Definition>(
  [...kinds, topologyOf(kinds)].map((kind) => [`netns:index:${kind.type}`, kind]),
);

/** What a program registers, as its stack has it before it is up. */
export async function stackOf(program: string, config: Record<string, string> = {}): Promise<Written[]> {
  const written: Written[] = [];
  await runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        const kind = definitions.get(type);
        const given: Json = kind?.autoname ? { [kind.autoname]: name, ...inputs } : inputs;
        const checked = kind ? parse(kind.inputs, given).parsed : given;
        written.push({ type, urn: `urn:pulumi:lab::labs::${type}::${name}`, inputs: checked });
        return { id: name, state: { ...checked, ...(kind && previewCreate(kind, checked)) } };
      },
      call: ({ token, inputs }) =>
        token === functionToken(lab)
          ? { ...expand(parse(lab.inputs, inputs).parsed as never) }
          : { path: "/proc/42/ns/net" },
    },
    "labs",
    "lab",
    true,
  );
  runtime.setAllConfig(config);
  delete require.cache[program];
  require(program);
  await runtime.disconnect();
  return written;
}
