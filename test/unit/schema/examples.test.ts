import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { components } from "../../../provider/components";
import { configSchema } from "../../../provider/core/config";
import { definitions } from "../../../provider/definitions";
import { functions } from "../../../provider/functions";
import { statementsOf } from "../../../provider/schema/examples/read";
import { forGenerators, LANGUAGES, readGenerated, WITHOUT } from "../../../provider/schema/examples/translations";
import { toPcl, toYaml } from "../../../provider/schema/examples/write";
import { examples } from "../../../provider/schema/generate";
import { packageSchema } from "../../../provider/schema/pulumi";
import { root } from "../../../tools/places.mjs";
import { exampleStamp } from "../../../tools/sdks.mjs";

describe("the examples in other languages", () => {
  it("come from the examples and the schema that are there", () => {
    const given = forGenerators(packageSchema(definitions, configSchema, functions, components), examples);
    assert.equal(readGenerated().from, exampleStamp(given), "run `npm run generate` where Go is installed");
  });

  it("are in each description of the schema, but for those that a language cannot say", () => {
    const { resources, functions } = JSON.parse(readFileSync(path.join(root, "provider/schema.json"), "utf8"));
    const described: [string, { description: string }][] = Object.entries({ ...resources, ...functions });
    for (const [token, { description }] of described) {
      const fences = [...description.matchAll(/^```([a-z]+)\n[\s\S]+?\n```$/gm)].map(([, language]) => language);
      const expected = LANGUAGES.filter((language) => !WITHOUT[token]?.[language]);
      assert.deepEqual(
        fences.filter((language) => language !== "sh"),
        ["typescript", ...expected],
        token,
      );
    }
  });

  it("leave no heading in the libraries that nothing follows", () => {
    const files = ["sdk/python/pulumi_netns", "sdk/go/netns", "provider/sdk"].flatMap((folder) =>
      readdirSync(path.join(root, folder)).map((name) => path.join(root, folder, name)),
    );
    const texts = files.filter((file) => /\.(py|go|ts)$/.test(file)).map((file) => readFileSync(file, "utf8"));
    const after = texts.flatMap((text) => [...text.matchAll(/## Example Usage\n\W*?```(\w+)|## Example Usage/g)]);
    assert.deepEqual([...new Set(after.map(([, language]) => language))].sort(), ["go", "python", "typescript"]);
  });
});

describe("an example", () => {
  const program = (text: string) => statementsOf(`import * as netns from "pulumi-netns";\n${text}`);

  it("keeps names, references and options in PCL and in YAML", () => {
    const statements = program(`
      const host = new netns.Provider("host", { sudo: true });
      const a = new netns.Dummy("a");
      new netns.Address("a", { device: a.name, address: "\${x}" }, { provider: host, dependsOn: [a] });
      export const name = a.name;`);
    assert.equal(
      toPcl(statements.slice(2)),
      'resource aAddress "netns:index:Address" {\n__logicalName = "a"\ndevice = a.name\naddress = "$${x}"\n' +
        "options {\nprovider = host\ndependsOn = [a]\n}\n}\noutput name {\nvalue = a.name\n}",
    );
    assert.deepEqual(parse(toYaml(statements)), {
      resources: {
        host: { type: "pulumi:providers:netns", properties: { sudo: true } },
        a: { type: "netns:Dummy" },
        aAddress: {
          type: "netns:Address",
          name: "a",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: YAML's own references.
          properties: { device: "${a.name}", address: "$${x}" },
          // biome-ignore lint/suspicious/noTemplateCurlyInString: the same.
          options: { provider: "${host}", dependsOn: ["${a}"] },
        },
      },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the same.
      outputs: { name: "${a.name}" },
    });
  });

  it("takes all arguments of a resource from one value, and says what YAML needs for it", () => {
    const statements = program(`
      const { topology } = netns.labOutput({ hosts: {} });
      new netns.Topology("lab", topology);`);
    const [, pcl] = toPcl(statements).split(/^(?=resource)/m);
    assert.equal(
      pcl,
      'resource labTopology "netns:index:Topology" {\n__logicalName = "lab"\nallArguments = lab.topology\noptions {\n}\n}',
    );
    const yaml = toYaml(statements);
    assert.match(yaml, /^# Run it with PULUMI_DEBUG_YAML_DISABLE_TYPE_CHECKING=true/);
    // biome-ignore lint/suspicious/noTemplateCurlyInString: YAML's own reference.
    assert.equal(parse(yaml).resources.labTopology.properties, "${lab.topology}");
  });

  it("says terms of outputs without their apply, and not in YAML", () => {
    const statements = program(`
      const way = netns.pathToOutput({ to: "192.0.2.2" });
      export const mtu = way.mtu.apply((mtu) => mtu - 50);`);
    assert.equal(
      toPcl(statements),
      'way = invoke("netns:index:pathTo", {\nto = "192.0.2.2"\n})\noutput mtu {\nvalue = way.mtu - 50\n}',
    );
    assert.throws(() => toYaml(statements), { message: "YAML has no terms: way.mtu - 50" });
  });

  it("is refused where it says more than every language can", () => {
    const wrong = "export const names = process.argv.map((name) => name);";
    assert.throws(() => program(wrong), { message: /^nothing that every language can say: process\.argv\.map/ });
    assert.throws(() => program("for (;;);"), { message: "no statement of examples: for (;;);" });
  });
});
