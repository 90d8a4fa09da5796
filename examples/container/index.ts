import * as netns from "pulumi-netns";

// A container that is already running: start.sh started it with nothing but a lo.
const web = netns.containerNamespaceOutput({ runc: "web" });

// A container runtime has this on its host, here it is in a namespace: a bridge that is also the gateway.
const router = new netns.Namespace("router");
const bridge = new netns.Bridge("br0", { namespace: router.name });
const gateway = new netns.Address("gateway", {
  namespace: router.name,
  device: bridge.name,
  address: "10.0.2.1/24",
});
new netns.Sysctl("forward", { namespace: router.name, key: "net.ipv4.ip_forward", value: 1 });

// The container's cable: one end is a port of the bridge, the other is its eth0.
const cable = new netns.VethPair("cable", {
  a: { name: "web0", namespace: router.name },
  b: { name: "eth0", namespace: web.path },
});
new netns.BridgePort("port", { namespace: router.name, bridge: bridge.name, device: cable.a.name });
new netns.Address("web", { namespace: web.path, device: cable.b.name, address: "10.0.2.2/24" });
new netns.Route("wayOut", { namespace: web.path, destination: "default", gateway: "10.0.2.1" });

// A client beyond the router, in another network.
const client = new netns.Namespace("client");
const line = new netns.VethPair("line", {
  a: { name: "client0", namespace: router.name },
  b: { name: "eth0", namespace: client.name },
});
new netns.Address("near", { namespace: router.name, device: line.a.name, address: "10.0.3.1/24" });
new netns.Address("far", { namespace: client.name, device: line.b.name, address: "10.0.3.2/24" });
new netns.Route("wayBack", { namespace: client.name, destination: gateway.network, gateway: "10.0.3.1" });

const command = "runc exec web ping -c 2 10.0.3.2";

export { command as try };
