import * as pulumi from "@pulumi/pulumi";
import * as netns from "pulumi-netns";

// Whether the cable between r1 and r3 has failed: pulumi config set cut true
const cut = new pulumi.Config().getBoolean("cut") ?? false;

// A device is called as what it leads to. Its cable has no third router on it, and one that says nothing for 3 s is gone.
const cables = ["r1", "r2", "r3"].flatMap((device) => [
  `interface ${device}`,
  " ip ospf network point-to-point",
  " ip ospf hello-interval 1",
  " ip ospf dead-interval 3",
]);

// No route is written down. Each router has an address of its own, whichever cable leads to it.
const { topology } = netns.labOutput({
  hosts: { r1: router("10.16.0.1"), r2: router("10.16.0.2"), r3: router("10.16.0.3") },
  links: [{ between: ["r1", "r2"] }, { between: ["r2", "r3"] }, { between: ["r1", "r3"], up: !cut }],
  loopbacks: { subnet: "10.16.0.0/24" },
  routing: "none",
  ipv6: false,
});

// `up` ends when they have found the way, there and back.
const way = { namespace: "r1", to: "10.16.0.3", timeoutMs: 30_000 };

new netns.Topology(
  "lab",
  topology.apply((lab) => ({ ...lab, reachabilities: [way] })),
);

/** ospfd finds the routes, and zebra gives them to the kernel. They meet in /run/frr, which they have for themselves with a file in there. */
function router(address: string) {
  const start = (daemon: string, words: string) => `/usr/lib/frr/${daemon} -u root -g root -A 127.0.0.1 ${words}`;
  const config = [
    "router ospf",
    ` ospf router-id ${address}`,
    " network 10.0.0.0/8 area 0",
    " timers throttle spf 10 50 200", // milliseconds: they look for other ways at once
    ...cables,
    "",
  ];
  const ospf = {
    argv: ["sh", "-c", `${start("zebra", "-d -f /dev/null")} && exec ${start("ospfd", "-f /run/frr/ospfd.conf")}`],
    files: {
      "/run/frr/ospfd.conf": config.join("\n"),
      "/var/tmp/frr/none": "", // as of /run/frr: they keep notes there for the case that they crash
      "/etc/group": "root:x:0:\nfrrvty:x:0:root\n", // a sandbox has no group but that of root
    },
    ready: { tcp: 2604 }, // where ospfd takes commands
  };
  return { forwarding: true, loopback: true, addresses: [address], processes: { ospf } };
}

const command = "ip netns exec r1 ping -c 1 10.16.0.3";

export { command as try };
