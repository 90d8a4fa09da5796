import * as pulumi from "@pulumi/pulumi";
import * as netns from "pulumi-netns";

// A host at home, the gateway there, and a host out in the Internet.
const inside = new netns.Namespace("inside");
const gateway = new netns.Namespace("gateway");
const outside = new netns.Namespace("outside");

// Two cables: the gateway has an end of each.
const lan = new netns.VethPair("lan", {
  a: { name: "eth0", namespace: inside.name },
  b: { name: "lan", namespace: gateway.name },
});
const wan = new netns.VethPair("wan", {
  a: { name: "wan", namespace: gateway.name },
  b: { name: "eth0", namespace: outside.name },
});

const home = new netns.Address("home", { namespace: inside.name, device: lan.a.name, address: "10.0.0.2/24" });
const near = new netns.Address("near", { namespace: gateway.name, device: lan.b.name, address: "10.0.0.1/24" });
const far = new netns.Address("far", { namespace: gateway.name, device: wan.a.name, address: "192.0.2.1/24" });
const server = new netns.Address("server", { namespace: outside.name, device: wan.b.name, address: "192.0.2.2/24" });

// At home everything that is not local goes to the gateway. The host outside has no route back: it does not know the home.
new netns.Route("default", { namespace: inside.name, destination: "default", gateway: "10.0.0.1" });

// The gateway forwards packets that are for somebody else …
new netns.Sysctl("forwarding", { namespace: gateway.name, key: "net.ipv4.ip_forward", value: 1 });

// … if these rules let them through, and under its own address. The rules are written as for `nft`, see nft(8).
const nat = new netns.Firewall("nat", {
  namespace: gateway.name,
  rules: pulumi.interpolate`
    chain forward {
      type filter hook forward priority filter; policy drop
      ct state established,related accept   # the answers
      tcp dport 25 counter drop             # no mail from here
      iifname "${lan.b.name}" oifname "${wan.a.name}" accept
    }
    chain postrouting {
      type nat hook postrouting priority srcnat
      oifname "${wan.a.name}" masquerade
    }
  `,
});

export const ruleset = nat.ruleset;
export const addresses = { inside: home.address, gateway: [near.address, far.address], outside: server.address };

const command = "ip netns exec inside ping 192.0.2.2";

export { command as try };
