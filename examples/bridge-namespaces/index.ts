import * as pulumi from "@pulumi/pulumi";
import * as netns from "pulumi-netns";

const mtu = new pulumi.Config().getNumber("mtu") ?? 1500;

// Isolated ports do not reach each other, only ports that are not isolated.
const hosts = [
  { name: "pc1", address: "10.2.0.1/24", isolated: true },
  { name: "pc2", address: "10.2.0.2/24", isolated: true },
  { name: "printer", address: "10.2.0.3/24", isolated: false },
];

// The switch is a host of its own, with nothing in it but the bridge and its ports.
const lan = new netns.Namespace("lan");
const br0 = new netns.Bridge("br0", { namespace: lan.name, mtu });

for (const { name, address, isolated } of hosts) {
  const host = new netns.Namespace(name);
  const cable = new netns.VethPair(name, {
    a: { name: "eth0", namespace: host.name, mtu },
    b: { name: `to-${name}`, namespace: lan.name, mtu },
  });
  new netns.BridgePort(name, { namespace: lan.name, bridge: br0.name, device: cable.b.name, isolated });
  new netns.Address(name, { namespace: host.name, device: cable.a.name, address });
}

const command = "ip netns exec pc1 ping -c 2 10.2.0.3";

export { command as try };
