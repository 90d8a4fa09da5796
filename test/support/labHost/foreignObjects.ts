import type { LabHost } from "./labHost";
import { stableSnapshot } from "./stableSnapshot";

/** What somebody else has on the host: namespaces, links with and without alias, addresses, settings. */
const SCRIPT = `
set -e
ip netns add foreign0
ip netns add foreign1
ip -n foreign0 link set lo up
ip -n foreign0 link add f0 type veth peer name f1 netns foreign1
ip -n foreign0 link set f0 addrgenmode none alias "somebody else's" up
ip -n foreign1 link set f1 addrgenmode none up
ip -n foreign0 addr add 10.9.0.1/24 dev f0
ip -n foreign0 addr add fd09::1/64 dev f0 nodad
ip -n foreign1 addr add 10.9.0.2/24 dev f1
nsenter --net=/run/netns/foreign0 sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.f0.rp_filter=2
ip link add f2 type veth peer name f3
ip link set f2 addrgenmode none alias pulumi:other/stack/f2:0123456789abcdef01 up
ip link set f3 addrgenmode none up
ip addr add 10.9.1.1/24 dev f2
sysctl -qw net.ipv4.conf.f3.accept_local=1
`;

/** Makes it, and waits until the kernel is done with it: it is compared to the byte. */
export async function makeForeignObjects(host: LabHost): Promise<void> {
  await host.run(["sh", "-c", SCRIPT]);
  await stableSnapshot(host);
}
