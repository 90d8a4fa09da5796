"""Two labs: one resource by resource, one in few lines."""

import pulumi
import pulumi_netns as netns

# Two hosts joined by a cable.
net0 = netns.Namespace("net0")
net1 = netns.Namespace("net1")
link = netns.VethPair(
    "link",
    a={"name": "veth0", "namespace": net0.name},
    b={"name": "veth1", "namespace": net1.name},
)
left = netns.Address("left", namespace=net0.name, device=link.a.name, address="10.0.1.1/24")
right = netns.Address("right", namespace=net1.name, device=link.b.name, address="10.0.1.2/24")

# Two hosts on a switch, and a router to a server.
lab = netns.lab(
    hosts={"r": {"forwarding": True}},
    switches={"s1": {"hosts": ["h1", "h2", "r"], "subnet": "10.0.2.0/24"}},
    links=[{"between": ["r", "server"], "subnet": "192.0.2.0/30"}],
)
netns.Topology("lab", **lab.topology)
pulumi.export("server", lab.hosts["server"].ipv4)
