"""The star with pyroute2: `starPyroute2.py up 100`."""

import sys

from pyroute2 import IPRoute, NetNS, netns


def up(count):
    for name in ["switch", *(f"h{i}" for i in range(1, count + 1))]:
        netns.create(name)
    with IPRoute() as ip:
        for i in range(1, count + 1):
            peer = {"ifname": f"p{i}", "net_ns_fd": "switch"}
            ip.link("add", ifname="eth0", kind="veth", net_ns_fd=f"h{i}", peer=peer)
    for i in range(1, count + 1):
        with NetNS(f"h{i}") as host:
            host.link("set", index=1, state="up")
            (eth0,) = host.link_lookup(ifname="eth0")
            host.link("set", index=eth0, state="up")
            host.addr("add", index=eth0, address=f"10.0.{i // 256}.{i % 256}", prefixlen=16)
    with NetNS("switch") as switch:
        for link in switch.get_links():
            switch.link("set", index=link["index"], state="up")


def down(count):
    for name in [*(f"h{i}" for i in range(1, count + 1)), "switch"]:
        netns.remove(name)


{"up": up, "down": down}[sys.argv[1]](int(sys.argv[2]))
