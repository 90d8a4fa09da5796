import assert from "node:assert/strict";
import { labOf, wrongIn } from "./labOf";

const router = { forwarding: true };
const TWO = { switches: { s: { hosts: ["a", "b"], subnet: "10.0.1.0/24", subnet6: "2001:db8:1::/64" } } };

const WRONG: [title: string, said: object, wrong: string[]][] = [
  [
    "values of a wrong form",
    {
      hosts: { "a b": {}, c: { forwrding: true, addresses: ["10.0.0.0/8"] } },
      switches: { s: { hosts: ["x/y", "z:all"], subnet: "10.0.1.1/24", subnet6: "10.0.0.0/8", mtu: 12 } },
      links: [{ between: ["a"], link: { delay: "1", preset: "5g" } }],
      prefix: "a/b",
    },
    [
      'hosts["a b"]: must not contain white space',
      "hosts.c.forwrding: is not a property of this; did you mean `forwarding`?",
      "hosts.c.addresses[0]: must be an IPv4 or IPv6 address",
      "links[0].between: must have two ends",
      "links[0].link.delay: must be a time with its unit: 10ms, 1.5s or 200us",
      "links[0].link.preset: must be one of wifi, lte, 3g, satellite, dialup",
      "prefix: must not contain `/`",
      "switches.s.hosts[0]: must not contain `/`",
      "switches.s.hosts[1]: has a wrong device behind `:`: it must not be `all` or `default`, which sysctls use for every device",
      "switches.s.mtu: is below 68, the minimum of IPv4 (RFC 791)",
      "switches.s.subnet6: must be an IPv6 prefix such as 2001:db8:1::/64, or `none`",
      "switches.s.subnet: has bits set beyond its prefix length: write the first address of the network",
    ],
  ],
  [
    "subnets that no host can have",
    {
      switches: Object.fromEntries(
        ["10.0.0.1", "224.0.0.0/8", "10.0.0.1/32", "127.0.0.0/8"].map((subnet, index) => [`s${index}`, { subnet }]),
      ),
    },
    [
      "switches.s0.subnet: has no prefix length: it must be an IPv4 prefix such as 10.0.1.0/24",
      "switches.s1.subnet: has no addresses that hosts can have",
      "switches.s2.subnet: is a single address, and hosts need several",
      "switches.s3.subnet: has no addresses that hosts can have",
    ],
  ],
  ...[{}, { hosts: {}, links: [], ipv6: false }].map((said): (typeof WRONG)[number] => [
    `nobody: ${JSON.stringify(said)}`,
    said,
    [
      'hosts: is empty, and so is the lab: name hosts here or in switches, links or regions, such as `links: [{ between: ["h1", "h2"] }]`',
    ],
  ]),
  ["a name for two", { hosts: { s: {} }, switches: { s: {} } }, ["switches.s: is the name of a host as well"]],
  [
    "switches and links that lead nowhere",
    {
      switches: { s: { hosts: ["t"] }, t: {} },
      links: [{ between: ["a", "a:eth1"] }, { between: ["a", "s"], subnet: "10.0.0.0/24" }],
    },
    [
      "switches.s.hosts[0]: is a switch: join two switches by one of `links`",
      "links[0].between[1]: is the other end's own name: a cable joins two",
      "links[1].subnet: is that of the switch: say it there",
    ],
  ],
  [
    "a loop of switches",
    { switches: { s: {}, t: { stp: true } }, links: [{ between: ["s", "t"] }, { between: ["s", "t"] }] },
    ["links[1].between: closes a loop, in which frames never end: give all switches of it `stp: true`"],
  ],
  [
    "two devices of one name",
    { links: [{ between: ["a:eth0", "b"] }, { between: ["a:eth0", "c"] }] },
    ["links[1].between[0]: has a device of the same name as another one there: say a name by hand, `NAME:DEVICE`"],
  ],
  [
    "subnets that overlap, are said twice, or too small",
    {
      switches: {
        s: { hosts: ["a", "b", "c"], subnet: "10.0.0.0/30" },
        t: { subnet: "10.0.0.0/16" },
        u: { subnet: "10.1.0.0/24" },
        v: { subnet: "10.2.0.0/24", subnet6: "2001:db8::/120" },
      },
      links: [{ between: ["u", "v"] }],
    },
    [
      "switches.t.subnet: overlaps with the subnet of another network",
      "switches.v.subnet: is said of another switch of the same network already",
      "switches.s.subnet: has too few addresses for its hosts",
      "switches.v.subnet6: must have a prefix length of at most 112, for the numbers of hosts",
    ],
  ],
  [
    "more hosts than the subnet that follows has room for",
    { switches: { s: { hosts: Array.from({ length: 255 }, (_, index) => `h${index}`) } } },
    ["switches.s.subnet: is not given, and the one that follows from the name has too few addresses for its hosts"],
  ],
  [
    "a subnet of a family that is off, and packets too small for IPv6",
    {
      links: [
        { between: ["a", "b"], mtu: 1000 },
        { between: ["c", "d"], subnet: "10.0.0.0/30" },
      ],
      ipv4: false,
    },
    [
      "links[1].subnet: is given, but the lab has no IPv4",
      'links[0].mtu: is below 1280, the least of IPv6 (RFC 8200): with it say `subnet6: "none"`',
    ],
  ],
  [
    "addresses by hand that cannot be",
    {
      hosts: {
        a: { addresses: ["10.0.9.1", "10.0.1.0", "10.0.1.5", "10.0.1.6", "2001:db8:1::"] },
        b: { addresses: ["10.0.1.5"] },
      },
      ...TWO,
    },
    [
      "hosts.a.addresses[0]: is in no subnet of a network that the host is on",
      "hosts.a.addresses[1]: is the first or the last address of its subnet, which hosts cannot have",
      "hosts.a.addresses[3]: is in a subnet of which the host has another address by hand",
      "hosts.a.addresses[4]: is the first or the last address of its subnet, which hosts cannot have",
      "hosts.b.addresses[0]: is the address of another host by hand",
    ],
  ],
  [
    "gateways that are none",
    {
      hosts: { a: { gateway: "x" }, b: { gateway: "b" }, c: { gateway: "a" }, d: { gateway: "e" } },
      ...TWO,
      links: [{ between: ["d", "e"] }],
    },
    [
      "hosts.a.gateway: is no host of the lab",
      "hosts.b.gateway: is the host itself",
      "hosts.c.gateway: is on no network of this host",
      "hosts.d.gateway: is no router: give that host `forwarding: true`",
    ],
  ],
  [
    "routes that lead nowhere",
    {
      hosts: {
        a: {
          routes: ["x", "a", "192.0.2.1", "2001:db8:1::9", "c"].map((gateway, index) => ({
            destination: `10.${index}.0.0/16`,
            gateway,
          })),
        },
        c: router,
      },
      ...TWO,
    },
    [
      "hosts.a.routes[0].gateway: is neither a host of the lab nor an address",
      "hosts.a.routes[1].gateway: is the host itself",
      "hosts.a.routes[2].gateway: is on no network of this host",
      "hosts.a.routes[3].gateway: is not of the family of `destination`",
      "hosts.a.routes[4].gateway: has no address of the family of `destination` on a network of this host",
    ],
  ],
  [
    "what is said twice",
    {
      hosts: {
        r: {
          ...router,
          routes: ["default", "0.0.0.0/0", "::/0"].map((destination) => ({ destination, gateway: "a" })),
        },
      },
      switches: { s: { hosts: ["a", "b", "a", "r", "b:eth1"], vlans: { 10: { hosts: ["a", "c", "c"] } } } },
      links: [{ between: ["s", "t"], vlans: [10, 20, 10] }],
      regions: { eu: { hosts: ["p", "p"] } },
    },
    [
      "hosts.r.routes[1].destination: is that of another route of this host already",
      ...["switches.s.hosts[2]", 'switches.s.vlans["10"].hosts[2]', "regions.eu.hosts[1]"].map(
        (place) =>
          `${place}: is in the list already: a second cable of this host needs the name of a device, \`HOST:DEVICE\``,
      ),
      "links[0].vlans[2]: is in the list already",
    ],
  ],
  [
    "words that nothing comes of",
    {
      hosts: {
        r: { ...router, nat: "cgnat", gateway: "isp" },
        q: { ...router, nat: "none", nat6: "prefix", gateway: "isp" },
      },
      switches: { s: { datapath: "netdev" } },
      links: [
        { between: ["r", "isp"], subnet: "none" },
        { between: ["q", "isp"], subnet6: "none" },
      ],
    },
    [
      "hosts.r.nat: translates IPv4, and the network of `gateway` has none",
      "hosts.q.nat6: translates IPv6, and the network of `gateway` has none",
      "switches.s.datapath: is one of Open vSwitch: say `openvswitch: true` as well",
    ],
  ],
  [
    "addresses of loopback devices that others have",
    {
      hosts: { a: { loopback: true, addresses: ["10.255.0.0"] }, b: { up: 1 } },
      switches: { s: { subnet: "10.0.0.0/8" } },
      loopbacks: { subnet6: "::1/128" },
    },
    [
      "hosts.b.up: must be true or false",
      "loopbacks.subnet6: has no addresses that hosts can have",
      "loopbacks.subnet: is not given, and 10.255.0.0/16 overlaps with the subnet of another network",
    ],
  ],
  [
    "subnets of loopback devices that others have",
    { hosts: { a: { loopback: true } }, switches: { s: { hosts: ["a"], subnet: "10.0.0.0/8" } } },
    ["loopbacks.subnet: is not given, and 10.255.0.0/16 overlaps with the subnet of another network"],
  ],
  [
    "processes that cannot be",
    {
      hosts: {
        a: {
          processes: {
            "a b": { argv: ["a"] },
            c: { argv: [], stopsignal: "INT", ready: { tcp: 0 }, stopTimeoutMs: -1 },
            d: { running: true },
            e: { argv: ["e"], env: { NETNS_PROCESS: "x" } },
          },
        },
      },
    },
    [
      'hosts.a.processes["a b"]: must be letters, digits, `_`, `.` and `-`, with neither of the last two first',
      "hosts.a.processes.c.argv: must not be empty: the program comes first",
      "hosts.a.processes.c.ready.tcp: is below 1, the kernel's minimum",
      "hosts.a.processes.c.stopTimeoutMs: is below 0",
      "hosts.a.processes.c.stopsignal: is not a property of this; did you mean `stopSignal`?",
      "hosts.a.processes.d.argv: is required",
      "hosts.a.processes.e.env.NETNS_PROCESS: is the variable by which the provider knows it",
    ],
  ],
  [
    "jitter around nothing",
    { links: [{ between: ["a", "b"], link: { jitter: "1ms" } }] },
    ["links[0].link.jitter: needs `delay`, around which packets wait longer or shorter"],
  ],
];

describe("a wrong description of a lab", () => {
  for (const [title, said, wrong] of WRONG) {
    it(`is told all that is wrong, each at its property: ${title}`, () => {
      assert.deepEqual(wrongIn(said).sort(), [...wrong].sort());
    });
  }

  it("is none where a loop of switches has the spanning tree", () => {
    const stp = { stp: true };
    const lab = labOf({ switches: { s: stp, t: stp }, links: [{ between: ["s", "t"] }, { between: ["s", "t"] }] });
    assert.deepEqual(
      lab.topology.bridgePorts.map(({ device }) => device),
      ["t", "s", "t_2", "s_2"],
    );
  });
});
