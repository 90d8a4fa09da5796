import * as netns from "pulumi-netns";

// Two hosts: each has devices, addresses, routes, sysctls and a loopback of its own.
const net0 = new netns.Namespace("net0");
const net1 = new netns.Namespace("net1");

// A cable between them: what goes into one end comes out of the other.
const link = new netns.VethPair("link", {
  a: { name: "veth0", namespace: net0.name },
  b: { name: "veth1", namespace: net1.name },
});

// The kernel adds the route to each address's network by itself.
const left = new netns.Address("left", { namespace: net0.name, device: link.a.name, address: "10.0.1.1/24" });
const right = new netns.Address("right", { namespace: net1.name, device: link.b.name, address: "10.0.1.2/24" });

export const addresses = { net0: left.address, net1: right.address };
export const network = left.network;

const command = "ip netns exec net0 ping 10.0.1.2";

export { command as try };
