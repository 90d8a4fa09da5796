import * as netns from "pulumi-netns";

const site1 = new netns.Namespace("site1");
const site2 = new netns.Namespace("site2");

// The underlay: a cable here, the Internet elsewhere.
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: site1.name },
  b: { name: "eth0", namespace: site2.name },
});

const ends = [
  { site: site1, uplink: cable.a, local: "192.0.2.1", remote: "192.0.2.2", address: "10.4.0.1/24" },
  { site: site2, uplink: cable.b, local: "192.0.2.2", remote: "192.0.2.1", address: "10.4.0.2/24" },
].map(({ site, uplink, local, remote, address }, index) => {
  const name = `site${index + 1}`;
  new netns.Address(`${name}-under`, {
    namespace: site.name,
    device: uplink.name,
    address: `${local}/24`,
  });

  // Each frame travels to the other site inside a packet. `device` tells the kernel how much room that leaves.
  const vx0 = new netns.Vxlan(name, {
    namespace: site.name,
    name: "vx0",
    vni: 42,
    device: uplink.name,
    local,
    remote,
  });
  new netns.Address(`${name}-over`, { namespace: site.name, device: vx0.name, address });
  return vx0;
});

export const mtus = ends.map(({ mtu }) => mtu);

const command = "ip netns exec site1 ping -c 2 10.4.0.2";

export { command as try };
