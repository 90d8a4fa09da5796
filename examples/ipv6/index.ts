import * as netns from "pulumi-netns";

const sides = [
  // Here it is certain that nobody else has the address, so the kernel need not ask.
  { name: "left6", network: "2001:db8:1::", noDad: true },
  // Here the kernel asks first, and the address counts as made once it can be used.
  { name: "right6", network: "2001:db8:2::", noDad: false },
];

const router = new netns.Namespace("router6");
new netns.Sysctl("forwarding", { namespace: router.name, key: "net.ipv6.conf.all.forwarding", value: 1 });

for (const { name, network, noDad } of sides) {
  const host = new netns.Namespace(name);
  const cable = new netns.VethPair(name, {
    a: { name: "eth0", namespace: host.name },
    b: { name: `to-${name}`, namespace: router.name },
  });
  const [at, behind] = [`${network}1`, `${network}2`];
  new netns.Address(`router-${name}`, {
    namespace: router.name,
    device: cable.b.name,
    address: `${at}/64`,
    noDad,
  });
  new netns.Address(name, {
    namespace: host.name,
    device: cable.a.name,
    address: `${behind}/64`,
    noDad,
  });
  // `::/0` is the default route of IPv6; `default` means IPv4.
  new netns.Route(name, { namespace: host.name, destination: "::/0", gateway: at });
}

const command = "ip netns exec left6 ping -c 2 2001:db8:2::2";

export { command as try };
