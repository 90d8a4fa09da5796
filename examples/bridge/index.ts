import * as netns from "pulumi-netns";

const box = new netns.Namespace("box");

// A switch inside of the host. It has the address, and none of its ports has one.
const br0 = new netns.Bridge("br0", { namespace: box.name });
new netns.Address("address", { namespace: box.name, device: br0.name, address: "10.1.0.1/24" });

// A cable that is plugged into it with one end; the other end hangs loose.
const cable = new netns.VethPair("cable", {
  a: { name: "loose", namespace: box.name, mac: "02:00:00:00:00:01" },
  b: { name: "port1", namespace: box.name },
});
new netns.BridgePort("port1", { namespace: box.name, bridge: br0.name, device: cable.b.name });

const command = "ip netns exec box bridge link";

export { command as try };
