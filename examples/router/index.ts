import * as netns from "pulumi-netns";

const sides = [
  { name: "left", network: "10.3.1" },
  { name: "right", network: "10.3.2" },
];

// This makes the host a router: it forwards packets that are for somebody else.
const router = new netns.Namespace("router");
new netns.Sysctl("forwarding", { namespace: router.name, key: "net.ipv4.ip_forward", value: 1 });

for (const { name, network } of sides) {
  const host = new netns.Namespace(name);
  const cable = new netns.VethPair(name, {
    a: { name: "eth0", namespace: host.name },
    b: { name: `to-${name}`, namespace: router.name },
  });
  new netns.Address(`router-${name}`, { namespace: router.name, device: cable.b.name, address: `${network}.1/24` });
  new netns.Address(name, { namespace: host.name, device: cable.a.name, address: `${network}.2/24` });

  // Everything that is not on its own cable goes to the router.
  new netns.Route(name, { namespace: host.name, destination: "default", gateway: `${network}.1` });
}

// A network to which the router sends nothing, and says nothing.
new netns.Route("nowhere", { namespace: router.name, destination: "10.3.9.0/24", type: "blackhole" });

const command = "ip netns exec left ping -c 2 10.3.2.2";

export { command as try };
