import * as netns from "pulumi-netns";

// The host is a namespace, so 1.1.1.1 never leaves it.
const host = new netns.Namespace("host");

// A cable with both ends in the same host.
const cable = new netns.VethPair("cable", {
  a: { name: "veth0", namespace: host.name },
  b: { name: "veth1", namespace: host.name },
});

// Only veth0 has an address: nobody has 1.1.1.2.
const address = new netns.Address("address", {
  namespace: host.name,
  device: cable.a.name,
  address: "1.1.1.1/24",
});

export const network = address.network;

const command = "ip netns exec host ping -c 2 1.1.1.2";

export { command as try };
