"""The star with Mininet: a Linux bridge with so many hosts and no controller. Prints how long up and down took."""

import json
import resource
import sys
import time

from mininet.net import Mininet
from mininet.nodelib import LinuxBridge
from mininet.topo import SingleSwitchTopo

count, started = int(sys.argv[1]), float(sys.argv[2])
resource.setrlimit(resource.RLIMIT_NOFILE, (16384, 16384))
# What it does first is to raise sysctls, some of them of the whole machine, which is not ours to change.
Mininet.inited = True
net = Mininet(topo=SingleSwitchTopo(count), switch=LinuxBridge, controller=None, ipBase="10.0.0.0/16")
net.start()
up = time.time() - started

last = net.get(f"h{count}")
shown = last.cmd("ip -br address show " + last.defaultIntf().name)
if last.IP() not in shown or "UP" not in shown:
    sys.exit(f"The star of {count} is not up: {shown}")

begin = time.time()
net.stop()
print(json.dumps({"up": up, "down": time.time() - begin}))
