import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { components } from "../../../provider/components";
import { configSchema } from "../../../provider/core/config";
import { definitions } from "../../../provider/definitions";
import { functions } from "../../../provider/functions";
import { packageSchema } from "../../../provider/schema/pulumi";
import type { ObjectSpec, PropertySpec } from "../../../provider/schema/spec";
import { Types } from "../../../provider/schema/types";
import { version } from "../../../provider/version";
import { needs } from "../../support/suites/needs";

const root = path.join(__dirname, "../../..");
const spec = packageSchema(definitions, configSchema, functions, components);
const type = (id: string) => spec.types[`netns:index:${id}`] as ObjectSpec;
const resource = (kind: string) => spec.resources[`netns:index:${kind}`] ?? assert.fail(`no ${kind}`);

describe("the package schema", () => {
  it("has the version of package.json", () => {
    const { version: npm, pulumi } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
    assert.deepEqual([npm, pulumi?.version, spec.version], [version, version, version]);
  });

  it("describes every property in whole sentences", () => {
    const owners: Record<string, Record<string, PropertySpec> | undefined> = { config: spec.config.variables };
    for (const [token, { inputProperties, properties, listInputs }] of Object.entries(spec.resources)) {
      owners[`${token} inputs`] = inputProperties;
      owners[`${token} outputs`] = properties;
      owners[`${token} list`] = listInputs?.properties;
    }
    for (const [token, { inputs, outputs }] of Object.entries(spec.functions)) {
      owners[`${token} inputs`] = inputs.properties;
      owners[`${token} outputs`] = outputs.properties;
    }
    for (const [token, one] of Object.entries(spec.types)) owners[token] = (one as ObjectSpec).properties;
    const bad = Object.entries(owners).flatMap(([owner, properties = {}]) =>
      Object.keys(properties)
        .filter((key) => !/^[A-Z`].*\.$/s.test(properties[key]?.description ?? ""))
        .map((key) => `${owner}: ${key}`),
    );
    assert.deepEqual(bad, []);
  });

  it("requires what has neither a default nor the logical name to fall back to", () => {
    const required = definitions.map(({ type }) => [type, resource(type).requiredInputs]);
    assert.deepEqual(Object.fromEntries(required), {
      Namespace: [],
      VethPair: ["a", "b"],
      Netkit: ["a", "b"],
      Bridge: [],
      Dummy: [],
      Ifb: [],
      Macvlan: ["parent"],
      Macvtap: ["parent"],
      Ipvlan: ["parent"],
      Vlan: ["parent", "vid"],
      Bond: [],
      BondPort: ["bond", "device"],
      Vrf: ["table"],
      VrfPort: ["vrf", "device"],
      Vxlan: ["vni"],
      Geneve: ["vni", "remote"],
      Tunnel: ["mode"],
      Tap: [],
      BridgePort: ["bridge", "device"],
      OvsBridge: [],
      OvsPort: ["bridge", "name"],
      Address: ["device", "address"],
      Sysctl: ["key", "value"],
      LinkSettings: ["device"],
      Neighbor: ["device", "address"],
      Route: ["destination"],
      Rule: ["priority"],
      Qdisc: ["device", "kind"],
      Firewall: ["rules"],
      Process: ["argv"],
      Reachability: ["to"],
      Topology: [],
    });
    assert.deepEqual(type("VethEnd").required, ["name"]);
  });

  it("has the functions, with what they take and always give", () => {
    const { "netns:index:containerNamespace": found, ...more } = spec.functions;
    assert.deepEqual(Object.keys(more), ["netns:index:lab", "netns:index:pathTo"]);
    assert.deepEqual([found?.inputs.required, found?.outputs.required], [[], ["path", "pid"]]);
    assert.match(
      found?.description ?? "",
      /\{\{% example %\}\}\n## Example Usage\n\n```typescript\nimport \* as netns/,
    );
  });

  it("has the components, whose ends can have providers of their own", () => {
    const { isComponent, requiredInputs, required } = resource("VxlanLink");
    assert.deepEqual([isComponent, requiredInputs, required], [true, ["a", "b", "vni"], ["a", "b", "mtu"]]);
    assert.equal(type("VxlanLinkEnd").properties?.provider?.$ref, "#/provider");
  });

  it("promises the outputs that are always there", () => {
    assert.deepEqual(resource("Namespace").required, ["name", "loopbackUp", "path", "inode"]);
    assert.deepEqual(resource("Address").required, ["device", "address", "family", "network"]);
    assert.deepEqual(type("VethEndState").required, ["name", "mac", "mtu", "up", "ifindex", "operState"]);
  });

  it("says what replaces a resource, and which defaults there are", () => {
    const { name, loopbackUp } = resource("Namespace").inputProperties;
    assert.deepEqual([name?.willReplaceOnChanges, name?.default], [true, undefined]);
    assert.deepEqual([loopbackUp?.willReplaceOnChanges, loopbackUp?.default], [undefined, true]);
    assert.equal(type("VethEnd").properties?.namespace?.willReplaceOnChanges, true);
    assert.equal(type("VethEnd").properties?.up?.default, true);
    assert.equal(type("VethEndState").properties?.up?.default, undefined);
  });

  it("writes unions, enumerations and nested objects in Pulumi's form", () => {
    assert.deepEqual(resource("Sysctl").inputProperties.value?.oneOf, [{ type: "string" }, { type: "number" }]);
    assert.equal(resource("Address").inputProperties.scope?.$ref, "#/types/netns:index:AddressScope");
    assert.deepEqual(
      spec.types["netns:index:AddressFamily"]?.enum?.map(({ value }) => value),
      ["inet", "inet6"],
    );
    assert.equal(resource("VethPair").inputProperties.a?.$ref, "#/types/netns:index:VethEnd");
    assert.equal(type("VethEnd").description, "One end of a veth pair.");
  });

  it("names the environment variables of the configuration", () => {
    const { timeoutSeconds } = spec.config.variables;
    assert.match(timeoutSeconds?.description ?? "", /Default: 60.* In the environment: `NETNS_TIMEOUT_SECONDS`\.$/);
    assert.deepEqual(spec.provider.inputProperties, spec.config.variables);
  });

  it("shows the example and the import command of every kind", () => {
    for (const kind of definitions) {
      const { description } = resource(kind.type);
      assert.ok(description.includes(kind.example), kind.type);
      assert.match(description, new RegExp(`\n## Import\n[^]*pulumi import netns:index:${kind.type} RESOURCE \\S+\n`));
    }
  });

  it("refuses a nested object without an id, and one id for two types", () => {
    const make = (object: z.ZodObject) => new Types("netns:index").properties(object, "input", "Thing");
    const nested = z.strictObject({ end: z.strictObject({}) });
    assert.throws(() => make(nested), { message: "ThingEnd: a nested object needs an id in its meta" });
    const twice = z.strictObject({
      a: z.strictObject({}).meta({ id: "End" }),
      b: z.strictObject({ name: z.string() }).meta({ id: "End" }),
    });
    assert.throws(() => make(twice), {
      message: "the type End is defined twice, differently: each needs an id of its own",
    });
  });
});

describe("the engine", () => {
  before(needs("pulumi"));

  it("takes the package schema without a warning [49]", () => {
    const args = ["schema", "check", path.join(root, "provider/schema.json"), "--non-interactive"];
    const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
    assert.equal(execFileSync("pulumi", args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }), "");
  });
});
