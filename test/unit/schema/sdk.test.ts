import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as netns from "../../../provider/sdk";
import { withOrder, withVersion } from "../../../provider/sdk/resource";
import { version } from "../../../provider/version";

const value = <T>(output: pulumi.Output<T>) => new Promise<T>((resolve) => void output.apply(resolve));

const index = require.resolve("../../../provider/sdk");

describe("the TypeScript SDK", () => {
  const made: pulumi.runtime.MockResourceArgs[] = [];
  const sent = async (resource: pulumi.CustomResource) => {
    const urn = await value(resource.urn);
    return made.find(({ name }) => urn.endsWith(`::${name}`)) ?? assert.fail("nothing was registered");
  };

  const calls: pulumi.runtime.MockCallArgs[] = [];

  before(() =>
    pulumi.runtime.setMocks({
      call(args) {
        calls.push(args);
        if (args.token === "netns:index:lab")
          return { topology: { namespaces: [{ name: "a" }] }, hosts: { a: { namespace: "a", ipv4: "10.0.0.1" } } };
        return { path: `/proc/${args.inputs.pid ?? 42}/ns/net`, pid: args.inputs.pid ?? 42 };
      },
      newResource(args) {
        made.push(args);
        return { id: args.id ?? `${args.name}-id`, state: { ...args.inputs, path: `/run/netns/${args.name}` } };
      },
    }),
  );

  it("sends what the program gave, and nothing else", async () => {
    const { type, inputs } = await sent(new netns.Namespace("net0"));
    assert.deepEqual([type, inputs], ["netns:index:Namespace", {}]);
  });

  it("lifts what lies inside an output", async () => {
    const net1 = new netns.Namespace("net1", { name: "blue" });
    const link = new netns.VethPair("link", {
      a: { name: "veth0", namespace: net1.name, mtu: 1400 },
      b: { name: "veth1" },
    });
    const address = new netns.Address("left", { device: link.a.name, address: "10.0.1.1/24", scope: "link" });
    assert.deepEqual((await sent(link)).inputs, {
      a: { name: "veth0", namespace: "blue", mtu: 1400 },
      b: { name: "veth1" },
    });
    assert.deepEqual((await sent(address)).inputs, { device: "veth0", address: "10.0.1.1/24", scope: "link" });
    assert.equal(await value(net1.path), "/run/netns/net1");
  });

  it("sends what no type allowed too, so that the provider can say what was meant", async () => {
    const typo = { nmae: "red" } as netns.NamespaceArgs;
    assert.deepEqual((await sent(new netns.Namespace("net2", typo))).inputs, { nmae: "red" });
  });

  it("fails at once when arguments are missing", () => {
    const nothing = undefined as unknown as netns.SysctlArgs;
    assert.throws(() => new netns.Sysctl("forward", nothing), {
      message: 'Sysctl "forward" is given no `key` and `value`: set them in the arguments',
    });
    assert.throws(() => new netns.Sysctl("forward", { key: "net.ipv4.ip_forward" } as netns.SysctlArgs), {
      message: 'Sysctl "forward" is given no `value`: set it in the arguments',
    });
  });

  it("reads what exists by its id", async () => {
    const found = netns.Sysctl.get("found", "net0:net.ipv4.ip_forward", { value: "1" });
    const { id, inputs } = await sent(found);
    assert.deepEqual([id, inputs], ["net0:net.ipv4.ip_forward", { value: "1" }]);
  });

  it("calls a function with plain values for a promise, and with outputs for an output", async () => {
    const { path } = await netns.containerNamespace({ pid: 7 });
    const web = netns.containerNamespaceOutput({ docker: pulumi.output("web") });
    assert.deepEqual([path, await value(web.path)], ["/proc/7/ns/net", "/proc/42/ns/net"]);
    assert.deepEqual(
      calls.map(({ token, inputs }) => [token, inputs]),
      [
        ["netns:index:containerNamespace", { pid: 7 }],
        ["netns:index:containerNamespace", { docker: "web" }],
      ],
    );
  });

  it("takes the arguments of a resource as one output, such as the lab of a description", async () => {
    const { topology, hosts } = netns.labOutput({ links: [{ between: ["a", "b"] }] });
    const lab = new netns.Topology("lab", topology);
    assert.deepEqual((await sent(lab)).inputs, { namespaces: [{ name: "a" }] });
    assert.equal(await value(hosts.apply(({ a }) => a?.ipv4)), "10.0.0.1");
    const plain = await netns.lab({ hosts: { a: { forwarding: true } } });
    const more = new netns.Topology("more", { ...plain.topology, sysctls: [{ key: "net.ipv4.ip_forward", value: 1 }] });
    const { inputs } = await sent(more);
    assert.deepEqual(inputs, { namespaces: [{ name: "a" }], sysctls: [{ key: "net.ipv4.ip_forward", value: 1 }] });
  });

  it("knows its own instances", () => {
    const namespace = new netns.Namespace("net3");
    const provider = new netns.Provider("lab");
    assert.ok(netns.Namespace.isInstance(namespace) && netns.Provider.isInstance(provider));
    assert.ok(!netns.VethPair.isInstance(namespace) && !netns.Namespace.isInstance(provider));
    assert.ok(!netns.Namespace.isInstance(undefined) && !netns.Provider.isInstance("netns"));
  });

  it("sends the provider's configuration as text", async () => {
    const { type, inputs } = await sent(new netns.Provider("host", { offline: true, timeoutSeconds: 8 }));
    assert.deepEqual([type, inputs], ["pulumi:providers:netns", { offline: "true", timeoutSeconds: "8" }]);
  });

  it("asks for the plugin of its own version, unless the program names another", () => {
    assert.equal(withVersion(undefined).version, version);
    assert.equal(withVersion({ version: "9.0.0" }).version, "9.0.0");
  });

  it("has what replaces a thing made after it, unless the program says otherwise", () => {
    assert.equal(withOrder(undefined).deleteBeforeReplace, true);
    assert.equal(withOrder({ deleteBeforeReplace: false }).deleteBeforeReplace, false);
  });

  it("makes an instance of its class from a resource that arrives as a reference", async () => {
    const original = new netns.Namespace("net4");
    const urn = await value(original.urn);
    const module = pulumi.runtime.getResourceModule("netns", "index", version);
    const again = module?.construct("net4", "netns:index:Namespace", urn);
    assert.ok(netns.Namespace.isInstance(again));
    assert.throws(() => module?.construct("x", "netns:index:Nothing", urn), {
      message: "netns has no resource type netns:index:Nothing",
    });
  });

  it("loads of Pulumi's library what it needs, not the root, which takes four times as long", async () => {
    const files = Object.keys(require.cache).filter((file) => file.startsWith(path.dirname(index)));
    const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
    const imports = texts.flatMap((text) => text.match(/^(?:import|export) .*"@pulumi\/pulumi"/gm) ?? []);
    assert.deepEqual([...new Set(imports)], ['import type * as pulumi from "@pulumi/pulumi"']);
  });
});
