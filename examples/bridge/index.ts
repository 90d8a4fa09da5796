import * as netns from "pulumi-netns";

const box = new netns.Namespace("box");

// A switch inside the host. The address is on it, and not on any of its ports.
const br0 = new netns.Bridge("br0", { namespace: box.name });
new netns.Address("address", { namespace: box.name, device: br0.name, address: "10.1.0.1/24" });

// One end of this cable is plugged into the switch; the other hangs loose.
const cable = new netns.VethPair("cable", {
  a: { name: "loose", namespace: box.name, mac: "02:00:00:00:00:01" },
  b: { name: "port1", namespace: box.name },
});
new netns.BridgePort("port1", { namespace: box.name, bridge: br0.name, device: cable.b.name });

const command = "ip netns exec box bridge link";

export { command as try };
