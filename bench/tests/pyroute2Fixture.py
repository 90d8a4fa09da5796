"""`pyroute2Fixture.py COUNT LABS`: what a pytest fixture over pyroute2 does, as root."""

import subprocess
import sys

from pyroute2 import NetNS, netns


def lab(count):
    names = ["switch", *(f"h{i}" for i in range(1, count + 1))]
    for name in names:
        netns.create(name)
    with NetNS("switch") as switch:
        switch.link("add", ifname="br0", kind="bridge", state="up")
        (bridge,) = switch.link_lookup(ifname="br0")
        for i in range(1, count + 1):
            peer = {"ifname": "eth0", "net_ns_fd": f"h{i}"}
            switch.link("add", ifname=f"h{i}", kind="veth", peer=peer)
            (port,) = switch.link_lookup(ifname=f"h{i}")
            switch.link("set", index=port, master=bridge, state="up")
    for i in range(1, count + 1):
        with NetNS(f"h{i}") as host:
            (eth0,) = host.link_lookup(ifname="eth0")
            host.addr("add", index=eth0, address=f"10.0.0.{i}", prefixlen=24)
            host.link("set", index=eth0, state="up")
    yield
    for name in names:
        netns.remove(name)


count, labs = map(int, sys.argv[1:])
for _ in range(labs):
    for _ in lab(count):
        ping = ["ip", "netns", "exec", "h1", "ping", "-q", "-c1", "-W1", f"10.0.0.{count}"]
        subprocess.run(ping, check=True, stdout=subprocess.DEVNULL)
        print("answered", flush=True)
