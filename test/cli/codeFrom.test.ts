import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { distDir } from "../../tools/places.mjs";
import { makeProject, remove } from "../support/engine/project";
import { Stack } from "../support/engine/pulumi";
import { LabHost } from "../support/labHost/labHost";
import { done, unchanged } from "../support/suites/exampleSuite";
import { needs } from "../support/suites/needs";

const NETNS = path.join(distDir, "cli", "netns");

/** A bridge, one in a host, NAT, several addresses, a rule with a table of its own, and what has no counterpart. */
const LAB = `name: office
topology:
  kinds: { linux: { image: alpine:3 } }
  nodes:
    br-lan: { kind: bridge }
    pc1: { kind: linux, exec: [ip addr add 10.1.1.11/24 dev eth1, ip route replace default via 10.1.1.1] }
    pc2: { kind: linux, exec: [ip addr add 10.1.1.12/24 dev eth1, ip route replace default via 10.1.1.1, nginx] }
    gw:
      kind: linux
      exec:
        - ip addr add 10.1.1.1/24 dev eth1
        - ip addr add 192.0.2.1/30 dev eth2
        - ip addr add 10.7.0.1/24 dev eth2
        - iptables -t nat -A POSTROUTING -s 10.1.1.0/24 -o eth2 -j MASQUERADE
    net:
      kind: linux
      sysctls: { net.ipv4.icmp_echo_ignore_broadcasts: 0 }
      exec:
        - sh -c 'ip addr add 192.0.2.2/30 dev eth1 && ip addr add 10.7.0.2/24 dev eth1'
        - ip link add br0 type bridge
        - ip link set br0 up
        - ip rule add from 10.7.0.2 table 7
        - ip route add default via 10.7.0.1 table 7
  links:
    - { endpoints: ["pc1:eth1", "br-lan:p1"], mtu: 1500 }
    - { endpoints: ["pc2:eth1", "br-lan:p2"], mtu: 1500 }
    - { endpoints: ["gw:eth1", "br-lan:p3"], mtu: 1500 }
    - { endpoints: ["gw:eth2", "net:eth1"], mtu: 1500 }
`;

describe("netns code --from", function () {
  this.timeout(120_000);
  let host: LabHost;
  const ends: (() => Promise<void>)[] = [];

  before(needs("root", "nsenter", "ip", "ping", "pulumi"));
  before(async () => {
    host = await LabHost.start();
    ends.push(() => host.stop());
  });
  after(async () => {
    for (const end of ends) await end();
  });

  it("writes a program whose lab is as the file says", async () => {
    const folder = await makeProject("", { main: "index.ts" });
    ends.unshift(() => remove(folder));
    await writeFile(path.join(folder, "lab.clab.yml"), LAB);
    const ran = await host.tryRun([NETNS, "code", "--from", "lab.clab.yml", "-o", "index.ts"], { cwd: folder });
    assert.equal(ran.exitCode, 0, ran.stderr);
    assert.match(ran.stderr, /line 3: topology\.kinds\.linux\.image: .*\n.*exec\[2\], `nginx`: /);
    const stack = await Stack.open({ host, folder });
    ends.unshift(() => stack.close());
    done(await stack.up());
    unchanged(await stack.preview());
    const inHost = (name: string, ...argv: string[]) => host.run(["ip", "netns", "exec", name, ...argv]);
    for (const [from, to] of [
      ["pc1", "10.1.1.12"],
      ["pc1", "192.0.2.2"],
      ["net", "10.7.0.1"],
    ] as const)
      await inHost(from, "ping", "-c1", "-W2", to);
    assert.match(await inHost("net", "ip", "rule"), /32765:\s+from 10\.7\.0\.2 lookup 7/);
    assert.match(await inHost("net", "ip", "route", "show", "table", "7"), /default via 10\.7\.0\.1 dev eth1/);
    done(await stack.destroy());
  });
});
