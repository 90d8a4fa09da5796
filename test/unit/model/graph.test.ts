import assert from "node:assert/strict";
import { type Json, Unknown } from "../../../provider/core/values";
import { UNKNOWN_STRING } from "../../../provider/core/wire";
import { deviceAt, deviceLabel, devicesOf, graphOf } from "../../../provider/model/graph";
import { labelOf, resourcesOf, type Written } from "../../../provider/model/resources";
import { star } from "../../support/inputs/star";

function written(type: string, name: string, inputs: Json, outputs?: Json): Written {
  const [token, urn] = [`netns:index:${type}`, `urn:pulumi:lab::labs::netns:index:${type}::${name}`];
  return { type: token, urn, inputs, ...(outputs && { outputs }) };
}

const pair = { a: { name: "veth0", namespace: "net0" }, b: { name: "veth1", namespace: "net1", up: false } };

describe("the graph of a lab", () => {
  it("has hosts, devices, cables and addresses, of a Topology as of single resources", () => {
    const graph = graphOf(resourcesOf([written("Topology", "lab", star(2))]));
    assert.deepEqual([...graph.hosts.keys()], ["switch", "h1", "h2"]);
    const eth0 = deviceAt(graph, { namespace: "h1", name: "eth0" });
    assert.equal(eth0?.peer && deviceLabel(eth0.peer), "switch/p1");
    assert.deepEqual(
      eth0?.addresses.map(({ address, by }) => [address, labelOf(by)]),
      [["10.0.0.1/16", "lab.addresses[0]"]],
    );
    assert.equal(devicesOf(graph).length, 2 * 2 + 3);
  });

  it("knows of a device that no resource makes only that it is there", () => {
    const address = { namespace: "/proc/42/ns/net", device: "eth0", address: "10.0.0.1/24" };
    const graph = graphOf(resourcesOf([written("Address", "first", address)]));
    const eth0 = deviceAt(graph, { namespace: "/proc/42/ns/net", name: "eth0" });
    assert.deepEqual([eth0?.by, eth0?.up, eth0?.host.by], [undefined, Unknown.value, undefined]);
  });

  it("has one host for a namespace, be it named or given by its path", () => {
    const byPath = {
      a: { ...pair.a, namespace: "/run/netns/net0" },
      b: { ...pair.b, namespace: "/var/run/netns/net1" },
    };
    const address = { namespace: "net0", device: "veth0", address: "10.0.0.1/24" };
    const graph = graphOf(resourcesOf([written("VethPair", "link", byPath), written("Address", "first", address)]));
    assert.deepEqual([...graph.hosts.keys()], ["net0", "net1"]);
    const veth0 = deviceAt(graph, { namespace: "net0", name: "veth0" });
    assert.deepEqual([veth0?.addresses.length, veth0?.peer?.name], [1, "veth1"]);
  });

  it("has what is set later on a device, in whatever order the resources come", () => {
    const settings = written("LinkSettings", "far", { namespace: "net1", device: "veth1", up: true, mtu: 1400 });
    const graph = graphOf(resourcesOf([settings, written("VethPair", "link", pair)]));
    const far = deviceAt(graph, { namespace: "net1", name: "veth1" });
    assert.deepEqual([far?.up, far?.mtu, far?.link?.type], [true, 1400, "veth"]);
  });

  it("puts no thing in a place that is not known yet", () => {
    const graph = graphOf(
      resourcesOf([
        written("VethPair", "link", { ...pair, a: UNKNOWN_STRING }),
        written("Address", "first", { namespace: "net1", device: UNKNOWN_STRING, address: "10.0.0.1/24" }),
        written("Route", "away", { namespace: UNKNOWN_STRING, destination: "default", gateway: "10.0.0.2" }),
      ]),
    );
    assert.deepEqual(
      graph.unplaced.map(({ says }) => says),
      ["device", "route"],
    );
    assert.deepEqual(
      graph.hosts.get("net1")?.unplaced.map(({ says }) => says),
      ["address"],
    );
    assert.equal(deviceAt(graph, { namespace: "net1", name: "veth1" })?.peer, undefined);
  });

  it("takes outputs before inputs, and a secret of the state for what is not known", () => {
    const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
    const outputs = { a: { ...pair.a, mac: "02:00:00:00:00:01", mtu: 1500, up: true }, b: { ...pair.b, mac: secret } };
    const graph = graphOf(resourcesOf([written("VethPair", "link", pair, outputs)]));
    const [near, far] = devicesOf(graph);
    assert.deepEqual([near?.mac, near?.mtu, far?.mac], ["02:00:00:00:00:01", 1500, Unknown.value]);
  });

  it("has ports of bridges, of Linux and of Open vSwitch", () => {
    const graph = graphOf(
      resourcesOf([
        written("BridgePort", "port", { namespace: "sw", bridge: "br0", device: "p1" }),
        written("Bridge", "br0", { namespace: "sw", name: "br0", vlanFiltering: true }),
        written("OvsPort", "p2", { namespace: "sw", bridge: "ovs0", name: "p2", tag: 7 }),
        written("OvsPort", "away", {
          namespace: "sw",
          bridge: "ovs0",
          name: "away",
          type: "patch",
          options: { peer: "back" },
        }),
        written("OvsBridge", "ovs0", { namespace: "sw", name: "ovs0" }),
      ]),
    );
    const bridgeOf = (name: string) => deviceAt(graph, { namespace: "sw", name })?.bridge?.name;
    assert.deepEqual([bridgeOf("p1"), bridgeOf("p2"), bridgeOf("away")], ["br0", "ovs0", undefined]);
    assert.deepEqual(
      graph.ovsBridges.map(({ ports }) => ports.map(({ name }) => name)),
      [["p2", "away"]],
    );
  });
});
