import assert from "node:assert/strict";
import { knownParts, parse } from "../../../provider/core/check";
import { getAt, type Json, Unknown } from "../../../provider/core/values";
import { kindNamed, stateFor } from "../../support/inputs/states";
import { topology } from "../../support/inputs/topologyInputs";
import { checked } from "../server/rpc";
import { lines } from "./lines";

const kind = kindNamed("Route");
const unknown = Unknown.value;

describe("what goes together in a route", () => {
  const check = (values: Json) => {
    const { parsed, faults } = parse(kind.inputs, values);
    const known = faults.length > 0 ? knownParts(values, faults) : knownParts(parsed, []);
    return [...faults, ...(kind.crossCheck?.(known) ?? [])].map(({ path, reason }) => `${path.join(".")} ${reason}`);
  };
  const [V4, V6] = ["10.0.0.0/8", "2001:db8::/32"];
  const cases: [values: Json, faults: string[]][] = [
    [{ destination: V4, gateway: "10.0.1.2" }, []],
    [{ destination: V4, device: "veth0" }, []],
    [{ destination: V4, device: unknown }, []],
    [{ destination: V4, nexthops: unknown }, []],
    [{ destination: V4, type: unknown }, []],
    [{ destination: V4, type: "throw" }, []],
    [{ destination: V4, type: unknown, gateway: "10.0.1.2" }, []],
    [{ destination: V4 }, ["gateway is required without `device` or `nexthops`"]],
    [{ destination: unknown, gateway: "::1", source: "10.0.1.1", metric: 0, scope: "link" }, []],
    [{ destination: V6, gateway: "fe80::1", device: unknown }, []],
    [{ destination: V6, gateway: "fe80::1" }, ["gateway is link-local, and so needs `device`"]],
    [{ destination: V6, gateway: "fe80::1", device: "a/b" }, ["device must not contain `/`"]],
    [{ destination: V4, gateway: "10.0.1.2", onLink: false }, []],
    [{ destination: V4, gateway: "10.0.1.2", onLink: true }, ["onLink needs `gateway` and `device`"]],
    [{ destination: V4, gateway: "10.0.1.2", onLink: true, device: unknown }, []],
    [{ destination: V6, device: "veth0", metric: 0 }, ["metric must be above 0 with IPv6"]],
    [{ destination: V4, nexthops: [unknown, { device: unknown }, { gateway: unknown, weight: unknown }] }, []],
    [{ destination: V6, nexthops: [{ device: "veth0" }, unknown] }, ["nexthops.0.gateway is required with IPv6"]],
    [
      { destination: V4, nexthops: [{ weight: 1 }, { gateway: "::1" }] },
      ["nexthops.0.gateway is required without `device`", "nexthops.1.gateway is not of the family of `destination`"],
    ],
    [
      { destination: V4, nexthops: [{ gateway: "10.0.1.2" }], device: "veth0" },
      [
        "device cannot be given with `nexthops`, which have their own",
        "nexthops must be at least two: for one, use `gateway` and `device`",
      ],
    ],
  ];
  for (const [values, faults] of cases) {
    it(`${JSON.stringify(values)}: ${faults.join("; ") || "yes"}`, () => assert.deepEqual(check(values), faults));
  }
});

describe("the plan of a route", () => {
  const planned = (want: Json, have?: Json) => {
    const inputs = (values: Json) =>
      parse(kind.inputs, { namespace: "net0", destination: "10.0.0.0/8", ...values }).parsed;
    return lines(kind.plan(inputs(want), have && stateFor(kind, inputs(have)), "pulumi:m"));
  };
  const cases: [what: string, want: Json, have: Json | undefined, lines: string[]][] = [
    ["adds it", { device: "v" }, undefined, ["[net0] ip route add 10.0.0.0/8 dev v proto static"]],
    [
      "adds it with all that it can have",
      {
        gateway: "10.0.1.2",
        device: "v",
        source: "10.0.1.1",
        metric: 5,
        table: 7,
        scope: "site",
        mtu: 1400,
        onLink: true,
      },
      undefined,
      [
        "[net0] ip route add 10.0.0.0/8 via 10.0.1.2 dev v onlink table 7 metric 5 src 10.0.1.1 scope site mtu 1400 " +
          "proto static",
      ],
    ],
    [
      "gives the metric to one of IPv6, as it is its key",
      { destination: "2001:DB8::/32", type: "blackhole" },
      undefined,
      ["[net0] ip route add blackhole 2001:db8::/32 metric 1024 proto static"],
    ],
    [
      "adds all its ways at once",
      { nexthops: [{ gateway: "10.0.1.2", weight: 2 }, { device: "v" }] },
      undefined,
      ["[net0] ip route add 10.0.0.0/8 proto static nexthop via 10.0.1.2 weight 2 nexthop dev v weight 1"],
    ],
    [
      "changes it as a whole",
      { gateway: "10.0.1.3", mtu: 1400 },
      { gateway: "10.0.1.2", mtu: 1400 },
      ["[net0] ip route change 10.0.0.0/8 via 10.0.1.3 mtu 1400 proto static"],
    ],
    [
      "changes it where there are more ways than wanted",
      { nexthops: [{ device: "v" }, { device: "w" }] },
      { nexthops: [{ device: "v" }, { device: "w" }, { device: "x" }] },
      ["[net0] ip route change 10.0.0.0/8 proto static nexthop dev v weight 1 nexthop dev w weight 1"],
    ],
    ["does nothing for what is so", { gateway: "10.0.1.2" }, { gateway: "10.0.1.2", device: "v", onLink: false }, []],
    ["leaves alone what the program does not say", { device: "v" }, { device: "v", mtu: 1400 }, []],
  ];
  for (const [what, want, have, expected] of cases) it(what, () => assert.deepEqual(planned(want, have), expected));

  it("changes it where something has left the program", () => {
    const want = { destination: "10.0.0.0/8", device: "v" };
    const have = stateFor(kind, { ...want, mtu: 1400 });
    assert.deepEqual(lines(kind.plan({ ...want, mtu: undefined }, have, "")), [
      "ip route change 10.0.0.0/8 dev v proto static",
    ]);
    const ways = [{ device: "v", gateway: undefined }, { device: "w" }];
    const seen = stateFor(kind, {
      destination: "default",
      nexthops: [{ device: "v", gateway: "10.0.1.2" }, { device: "w" }],
    });
    assert.deepEqual(lines(kind.plan({ destination: "default", nexthops: ways }, seen, "")), [
      "ip route change default proto static nexthop dev v weight 1 nexthop dev w weight 1",
    ]);
  });

  it("removes just the one with its key", () => {
    const removed = (values: Json) => {
      const state = stateFor(kind, values);
      return lines(kind.remove(state, { state, what: "" }));
    };
    assert.deepEqual(removed({ destination: "10.0.0.0/8", gateway: "10.0.1.2", device: "v", mtu: 1400 }), [
      "ip route del 10.0.0.0/8 via 10.0.1.2 dev v",
    ]);
    assert.deepEqual(removed({ destination: "::/0", type: "throw", table: 7 }), [
      "ip route del throw ::/0 table 7 metric 1024",
    ]);
    assert.deepEqual(removed({ destination: "default", nexthops: [{ device: "v" }, { device: "w" }], metric: 9 }), [
      "ip route del default metric 9",
    ]);
  });
});

describe("the id of a route", () => {
  const at = { table: 254, metric: 0 };
  const cases: [id: string, where: object | undefined][] = [
    ["default", { destination: "default", ...at }],
    ["net0/default", { namespace: "net0", destination: "default", ...at }],
    ["/proc/4242/ns/net/10.0.0.0/8", { namespace: "/proc/4242/ns/net", destination: "10.0.0.0/8", ...at }],
    ["net0/::/0", { namespace: "net0", destination: "::/0", table: 254, metric: 1024 }],
    ["a,table=1/default,table=7,metric=9", { namespace: "a,table=1", destination: "default", table: 7, metric: 9 }],
    ["net0/0.0.0.0/0,metric=0", { namespace: "net0", destination: "default", ...at }],
    ["net0/10.0.0.1", undefined],
    ["net0/10.0.0.1/8", undefined],
    ["net0/default,metric=1,table=7", undefined],
    ["net0/default,table=0", undefined],
    ["net0/default,table=4294967296", undefined],
    ["net0", undefined],
    ["", undefined],
  ];
  for (const [id, where] of cases) {
    it(`${JSON.stringify(id)} leads to ${JSON.stringify(where) ?? "nothing"}`, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(kind.parseId(id) ?? null)), where ?? null);
    });
  }
});

describe("the destination `default`", () => {
  const rows: [what: string, props: Json, destination: string, old?: Json][] = [
    ["is that of IPv4 with a gateway of that", { gateway: "10.0.0.1" }, "default"],
    ["is that of IPv4 with a device alone", { device: "v" }, "default"],
    ["is that of IPv6 with a gateway of that", { gateway: "FD00::1" }, "::/0"],
    ["is that of IPv6 with a source of that", { device: "v", source: "fd00::1" }, "::/0"],
    ["is that of IPv6 with ways of that", { nexthops: [{ gateway: "fd00::1" }, { gateway: "fd00::2" }] }, "::/0"],
    ["is as before while the gateway is not known yet", { gateway: Unknown.value }, "::/0", { destination: "::/0" }],
    ["is as before while the ways are not known yet", { nexthops: Unknown.value }, "::/0", { destination: "::/0" }],
    ["is that of IPv4 where nothing else is known", { gateway: Unknown.value }, "default"],
    [
      "is that of IPv4 where that is known",
      { gateway: Unknown.value, source: "10.0.0.1" },
      "default",
      { destination: "::/0" },
    ],
  ];
  for (const [what, props, destination, old = {}] of rows) {
    it(what, () => {
      const news = { destination: "default", ...props };
      const { inputs, failures } = checked(kind, { news, olds: old });
      assert.deepEqual([failures, inputs.destination], [[], destination]);
      const all = checked(topology, { news: { routes: [news] }, olds: { routes: [old] } });
      assert.deepEqual([all.failures, getAt(all.inputs, ["routes", 0, "destination"])], [[], destination]);
    });
  }
});
