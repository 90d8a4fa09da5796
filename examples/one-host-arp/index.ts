import * as pulumi from "@pulumi/pulumi";
import * as netns from "pulumi-netns";

const answers = new pulumi.Config().getBoolean("answers") ?? false;

const host = new netns.Namespace("host");
const cable = new netns.VethPair("cable", {
  a: { name: "veth0", namespace: host.name },
  b: { name: "veth1", namespace: host.name },
});
new netns.Address("left", { namespace: host.name, device: cable.a.name, address: "1.1.1.1/24" });
new netns.Address("right", { namespace: host.name, device: cable.b.name, address: "1.1.1.2/24" });

// These make a host accept packets from its own addresses, and answer ARP requests from them.
const settings = {
  accept_local: 1, // accept packets whose source is one of the host's own addresses
  rp_filter: 0, // accept packets even if the route back to their source leads through another device
  arp_ignore: 0, // answer ARP for any address of the host
  arp_announce: 0, // send ARP requests from any address of the host
};

if (answers) {
  for (const [device, end] of Object.entries({ veth0: cable.a, veth1: cable.b })) {
    for (const [setting, value] of Object.entries(settings)) {
      new netns.Sysctl(`${device}-${setting}`, {
        namespace: host.name,
        key: pulumi.interpolate`net.ipv4.conf.${end.name}.${setting}`,
        value,
      });
    }
  }
  // The kernel uses the greater of this one and the device's own.
  new netns.Sysctl("all-rp_filter", { namespace: host.name, key: "net.ipv4.conf.all.rp_filter", value: 0 });
}

const command = "ip netns exec host ping -c 2 -W 1 -I veth0 1.1.1.2";

export { command as try };
