import * as pulumi from "@pulumi/pulumi";
import * as netns from "pulumi-netns";

// Two machines: how ssh gets to each, and the address by which the other one does.
const config = new pulumi.Config();
const machines = [
  { name: "lab1", host: config.get("host1") ?? "ssh://root@lab1", address: config.get("address1") ?? "192.0.2.10" },
  { name: "lab2", host: config.get("host2") ?? "ssh://root@lab2", address: config.get("address2") ?? "192.0.2.11" },
] as const;

/** A host of the lab on one of them. */
function place({ name, host, address }: (typeof machines)[number], lab: string) {
  const provider = new netns.Provider(name, { host });
  const { name: namespace } = new netns.Namespace(lab, {}, { provider });
  return { provider, end: { provider, namespace, name: "eth0", local: address } };
}
const h1 = place(machines[0], "h1");
const h2 = place(machines[1], "h2");

// One cable, two ends: each is in a host of the lab, and its packets travel between the machines.
const cable = new netns.VxlanLink("cable", { vni: 42, a: h1.end, b: h2.end });

new netns.Address(
  "left",
  { namespace: cable.a.namespace, device: cable.a.name, address: "10.4.0.1/24" },
  { provider: h1.provider },
);
new netns.Address(
  "right",
  { namespace: cable.b.namespace, device: cable.b.name, address: "10.4.0.2/24" },
  { provider: h2.provider },
);

export const mtu = cable.mtu;

const command = "ssh root@lab1 ip netns exec h1 ping -c 2 10.4.0.2";

export { command as try };
