// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of containerlab look so.

import assert from "node:assert/strict";
import { fromFile, leftOf, programOf } from "./fromFile";

/** A lab whose nodes are hosts with these commands, and are joined so. */
function lab(nodes: Record<string, string[]>, ...links: string[]): string {
  const hosts = Object.entries(nodes).map(
    ([name, exec]) =>
      `    ${name}:\n      kind: linux\n${exec.length > 0 ? "      exec:\n" : ""}${exec.map((one) => `        - ${JSON.stringify(one)}\n`).join("")}`,
  );
  const cables = links.map((link) => `    - { endpoints: [${link}], mtu: 1500 }\n`);
  return `name: t\ntopology:\n  nodes:\n${hosts.join("")}  links:\n${cables.join("")}`;
}

describe("a file of containerlab", () => {
  it("is a lab of its addresses and routes, which follow where they can", () => {
    const text = lab(
      {
        h1: ["ip addr add 10.1.1.2/24 dev eth1", "ip route replace default via 10.1.1.1"],
        r: ["ip a a 10.1.1.1/24 dev eth1", "ip a a 10.1.2.1/24 dev eth2"],
        h2: ["ip addr add 10.1.2.2/24 dev eth1", "ip r r default via 10.1.2.1 dev eth1"],
      },
      '"r:eth1", "h1:eth1"',
      '"r:eth2", "h2:eth1"',
    );
    assert.equal(
      programOf(text),
      `const { topology } = netns.labOutput({
  hosts: { r: { forwarding: true } },
  links: [
    { between: ["r:eth1", "h1:eth1"], mtu: 1500, subnet: "10.1.1.0/24" },
    { between: ["r:eth2", "h2:eth1"], mtu: 1500, subnet: "10.1.2.0/24" },
  ],
  ipv6: false,
});
new netns.Topology("lab", topology);`,
    );
    assert.deepEqual(leftOf(text), []);
  });

  it("has the addresses of `lab` where it gives none", () => {
    const { program } = fromFile(lab({ a: [], b: [] }, '"a:eth1", "b:eth1"'));
    assert.match(program, /says no addresses/);
    assert.match(program, /links: \[\{ between: \["a:eth1", "b:eth1"\], mtu: 1500 \}\]/);
  });

  it("has in lists what `lab` has no words for", () => {
    const program = programOf(
      lab(
        {
          h1: [
            ...[
              "ip link add link eth1 name eth1.5 type vlan id 5",
              "ip link set eth1.5 up",
              "ip addr add 10.5.0.1/24 dev eth1.5",
            ],
            ...["ip rule add from 10.5.0.0/24 table 5", "ip route add 10.9.0.0/16 via 10.5.0.2 table 5"],
            "iptables -t nat -A POSTROUTING -s 10.5.0.0/24 -o eth1 -j MASQUERADE",
          ],
          h2: ["sh -c 'sysctl -w net.ipv4.conf.all.rp_filter=0 && ip link set eth1 down'"],
        },
        '"h1:eth1", "h2:eth1"',
      ),
    );
    for (const part of [
      'vlans: [{ namespace: "h1", name: "eth1.5", parent: "eth1", vid: 5 }]',
      'rules: [{ namespace: "h1", priority: 32765, from: "10.5.0.0/24", table: 5 }]',
      'destination: "10.9.0.0/16",\n      gateway: "10.5.0.2",\n      table: 5,',
      'ip saddr 10.5.0.0/24 oifname "eth1" masquerade',
      '{ namespace: "h2", key: "net.ipv4.conf.all.rp_filter", value: 0 }',
      '{ namespace: "h2", device: "eth1", up: false }',
    ])
      assert.ok(program.includes(part), `${part}\n${program}`);
  });

  it("makes switches of bridges, and dresses links", () => {
    const program = programOf(`
topology:
  groups: { clients: { kind: linux, exec: ["ip link set lo up"] } }
  nodes: { a: { group: clients }, b: { group: clients }, br: { kind: bridge }, ovs: { kind: ovs-bridge } }
  links:
    - { endpoints: ["a:eth1", "br:p1"], ipv4: ["10.0.0.1/24"], mtu: 9000 }
    - type: veth
      endpoints:
        - { node: b, interface: eth1, ipv4: 10.0.0.2/24, mac: "02:00:00:00:00:02" }
        - { node: br, interface: p2 }
      mtu: 9000
    - { endpoints: ["br:up", "ovs:p3"], mtu: 9000 }
    - { type: dummy, endpoint: { node: a, interface: d0 } }
    - { endpoints: ["a:eth9", "host:a-eth9"], mtu: 1500 }
`);
    for (const part of [
      'br: { subnet: "10.0.0.0/24" }',
      "ovs: { openvswitch: true }",
      '{ between: ["b:eth1", "br:p2"], mtu: 9000 }',
      '{ namespace: "b", device: "eth1", mac: "02:00:00:00:00:02" }',
      'dummies: [{ namespace: "a", name: "d0" }]',
      'b: { name: "a-eth9", mtu: 1500 }',
    ])
      assert.ok(program.includes(part), `${part}\n${program}`);
  });

  it("lists with its line what has no counterpart", () => {
    const text = `name: t
mgmt: { network: x }
topology:
  nodes:
    r: { kind: nokia_srlinux, image: srl }
    h:
      kind: linux
      image: alpine:3
      exec:
        - apk add curl
        - ip addr add 10.0.0.1/24 dev eth1
        - ip tunnel add t1 mode gre remote 192.0.2.1
        - ip addr add 10.9.0.1/24 dev t1
        - ip route add default via 10.0.0.254
        - iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE
        - sh -c 'for i in 1 2; do ip link add d$i type dummy; done'
  links:
    - endpoints: ["h:eth1", "r:e1-1"]
`;
    assert.deepEqual(leftOf(text), [
      "2 mgmt: there is no management network: `netns exec` gets into each host without one",
      "5 topology.nodes.r: is of kind nokia_srlinux, which is not Linux: its place is empty",
      "8 topology.nodes.h.image: a host of netns is a namespace of this machine's network, and no container",
      "10 apk add curl: hosts of netns have the programs of the machine: install it there",
      "11 ip addr add 10.0.0.1/24 dev eth1: its link is not in the program: its end r is of kind nokia_srlinux, which is not Linux: its place is empty",
      "12 ip tunnel add t1 mode gre remote 192.0.2.1: we have no kind for a device of `ip tunnel`",
      "13 ip addr add 10.9.0.1/24 dev t1: we have no kind for a device of `ip tunnel`, which t1 is",
      "14 ip route add default via 10.0.0.254: its gateway 10.0.0.254 is on no network that h has in the program",
      "15 iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE: eth0 is the device of containerlab's management network, which is not in the program",
      "16 for i in 1 2; do ip link add d$i type dummy; done: only a shell can say what it does: it is a loop, a condition or a function",
      "16 $i: the variable is not set where `netns` runs",
      "18 topology.links[0]: its end r is of kind nokia_srlinux, which is not Linux: its place is empty",
    ]);
    assert.match(
      fromFile(text).program,
      /\n\/\/ What of lab\.yml has no counterpart here:\n\/\/ - line 2: mgmt: there/,
    );
  });

  it("has variables replaced as a shell would", () => {
    const text = lab(
      { a: ["ip addr add ${A:=10.0.0.1}/24 dev eth1"], b: ["ip addr add $B/24 dev eth1"] },
      '"a:eth1", "b:eth1"',
    );
    assert.match(fromFile(text, { B: "10.0.0.2" }).program, /subnet: "10\.0\.0\.0\/24"/);
    assert.match(leftOf(text).join("\n"), /\$B: the variable is not set/);
  });

  it("is refused where it is no such file", () => {
    const wrong = (text: string) => {
      try {
        return fromFile(text).program;
      } catch (error) {
        return (error as Error).message;
      }
    };
    assert.match(wrong("a: [1"), /^could not read lab\.yml\n {2}.*at line 1/);
    assert.match(wrong("a: 1"), /of containerlab/);
    assert.match(wrong("topology:\n  nodes: {{ range }}"), /line 2: `\{\{ … \}\}` makes it a template of Go/);
  });

  it("is none where links name nodes that it has not", () => {
    const text = `topology:
  nodes:
    a: { kind: linux }
  links:
    - endpoints: ["a:eth1", "b:eth1"]
    - endpoints: ["c:eth1", "d:eth1"]
`;
    assert.throws(() => leftOf(text), {
      message: [
        "could not read lab.yml",
        "line 5: topology.links[0]: the file has no node b",
        "line 6: topology.links[1]: the file has no node c",
        "line 6: topology.links[1]: the file has no node d",
      ].join("\n  "),
    });
  });

  it("is none with ends that are mistyped, or are those of two links: all of it is told at once", () => {
    const text = `topology:
  nodes: { a: { kind: linux }, b: { kind: linux }, br: { kind: bridge } }
  links:
    - endpoint: ["a:eth1", "b:eth1"]
    - endpiont: ["a:eth2", "b:eth2"]
    - endpoints: ["a:eth3", "b:eth3"]
    - endpoints: ["a:eth3", "br:p1"]
    - endpoints: ["b:eth4", "br:p1"]
    - endpoints: ["b:eth5", "c:eth1"]
    - { type: dummy, endpoint: { node: a, interface: d0 } }
`;
    assert.throws(() => fromFile(text), {
      message: [
        "could not read lab.yml",
        "line 4: topology.links[0].endpoint: it is the end of a link with one end, of a `type` that says so: did you mean `endpoints`?",
        "line 5: topology.links[1].endpiont: a link of containerlab has no key `endpiont`: did you mean `endpoints`?",
        "line 7: topology.links[3]: a:eth3 is the end of another link already, in line 6",
        "line 8: topology.links[4]: br:p1 is the end of another link already, in line 7",
        "line 9: topology.links[5]: the file has no node c",
      ].join("\n  "),
    });
  });
});
