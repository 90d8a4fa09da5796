import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite } from "../support/suites/kernelSuite";

kernelSuite("Route on the kernel", (fixture) => {
  beforeEach(async () => {
    const { lab } = fixture;
    for (const [name, peer, net] of [
      ["va", "vb", 1],
      ["vc", "vd", 2],
    ] as const) {
      await lab.ip(`link add name ${name} netns x type veth peer name ${peer} netns y`);
      await lab.ip(`-n y link set ${peer} up`);
      await lab.ip(`-n x link set ${name} up`);
      await lab.ip(`-n x addr add 10.0.${net}.1/24 dev ${name}`);
      await lab.ip(`-n x addr add 2001:db8:${net}::1/64 dev ${name} nodad`);
    }
  });
  afterEach(async () => {
    for (const name of ["va", "vc"]) await fixture.lab.tryRun(["ip", "-n", "x", "link", "del", name]);
    assert.deepEqual(await routes(), [], "a route is left");
    assert.equal(await fixture.lab.ip("-n x rule list table 100"), "");
  });

  const to = (destination: string, more = {}) => ({ namespace: "x", destination, ...more });
  /** What `ip route` prints of the routes that no address has made. */
  const routes = async (...words: string[]) => {
    const out = async (family: string) =>
      (await fixture.lab.run(["ip", "-n", "x", family, "route", "show", "table", "all", ...words]))
        .replaceAll("\n\tnexthop", " nexthop")
        .split("\n");
    return [...(await out("-4")), ...(await out("-6"))]
      .map((line) => line.trim().replace(/ +/g, " ").replace(" pref medium", ""))
      .filter((line) => line !== "" && !/proto (kernel|ra)/.test(line));
  };
  const round = async (name: string, inputs: object, id: string, line: string | RegExp) => {
    const { provider } = fixture;
    const made = await provider.create("Route", name, { ...inputs });
    assert.equal(made.id, id);
    const [shown, ...others] = await routes();
    if (typeof line === "string") assert.equal(shown, line);
    else assert.match(shown ?? "", line);
    assert.deepEqual(others, []);
    assert.deepEqual(await provider.read("Route", name, made), made);
    const found = await provider.import("Route", id);
    assert.ok(found);
    assert.deepEqual(found.state, Object.fromEntries(Object.entries(made.state).filter(([key]) => key !== "__mark")));
    const { inputs: checked, failures } = provider.check("Route", "found", found.inputs);
    assert.deepEqual([failures, provider.diff("Route", found, checked).details], [[], []]);
    assert.deepEqual(provider.diff("Route", made, checked).details, []);
    assert.deepEqual(await provider.list("Route", { namespace: "x" }), [id]);
    await provider.delete("Route", name, made);
    assert.deepEqual(await routes(), []);
    assert.equal(await provider.read("Route", name, made), undefined);
    await provider.delete("Route", name, made);
  };

  it("makes a default route, reads it, imports it and removes it", () =>
    round("way", to("0.0.0.0/0", { gateway: "10.0.1.2" }), "x/default", "default via 10.0.1.2 dev va proto static"));

  it("makes the default route of IPv6", () =>
    round(
      "way",
      to("::/0", { gateway: "2001:DB8:1::2" }),
      "x/::/0",
      "default via 2001:db8:1::2 dev va proto static metric 1024",
    ));

  it("takes `default` for all of IPv6 where its gateway or source is of that, as `ip` does", async () => {
    const line = "default via 2001:db8:1::2 dev va proto static metric 1024";
    await round("way", to("default", { gateway: "2001:DB8:1::2" }), "x/::/0", line);
    const { provider } = fixture;
    const routes = [to("default", { gateway: "2001:db8:1::2" }), to("default", { gateway: "10.0.1.2" })];
    const made = await provider.create("Topology", "ways", { routes });
    assert.deepEqual(
      (made.state.routes as Json[]).map(({ destination }) => destination),
      ["::/0", "default"],
    );
    assert.deepEqual(await provider.read("Topology", "ways", made), made);
    const { inputs } = provider.check("Topology", "ways", { routes }, made.inputs);
    assert.deepEqual(provider.diff("Topology", made, inputs).details, []);
    await provider.delete("Topology", "ways", made);
  });

  it("gives table, metric, source, mtu and scope as asked", () =>
    round(
      "way",
      to("10.9.0.0/16", { device: "vc", source: "10.0.1.1", metric: 50, table: 100, mtu: 1400, scope: "global" }),
      "x/10.9.0.0/16,table=100,metric=50",
      "10.9.0.0/16 dev vc table 100 proto static src 10.0.1.1 metric 50 mtu 1400",
    ));

  it("gives table, metric, source and mtu to one of IPv6", () =>
    round(
      "way",
      to("2001:db8:9::/48", {
        gateway: "fe80::1",
        device: "vc",
        source: "2001:db8:1::1",
        metric: 7,
        table: 4711,
        mtu: 1300,
      }),
      "x/2001:db8:9::/48,table=4711,metric=7",
      "2001:db8:9::/48 via fe80::1 dev vc table 4711 proto static src 2001:db8:1::1 metric 7 mtu 1300",
    ));

  it("leads to one host, on the link alone", () =>
    round("way", to("10.9.9.9", { device: "va" }), "x/10.9.9.9/32", "10.9.9.9 dev va proto static scope link"));

  it("leads by a gateway that is on the link though no network has it", () =>
    round(
      "way",
      to("10.9.9.9/32", { gateway: "192.168.7.7", device: "va", onLink: true }),
      "x/10.9.9.9/32",
      "10.9.9.9 via 192.168.7.7 dev va proto static onlink",
    ));

  for (const type of ["blackhole", "unreachable", "prohibit", "throw"]) {
    it(`leads nowhere as ${type}, in IPv4 and IPv6`, async () => {
      await round("way", to("10.9.0.0/16", { type }), "x/10.9.0.0/16", `${type} 10.9.0.0/16 proto static`);
      await round(
        "way",
        to("2001:db8:9::/48", { type, metric: 5 }),
        "x/2001:db8:9::/48,metric=5",
        new RegExp(`^${type} 2001:db8:9::/48 dev lo proto static metric 5`),
      );
    });
  }

  it("takes several ways at once", async () => {
    await round(
      "ways",
      to("10.9.0.0/16", { nexthops: [{ gateway: "10.0.1.2", weight: 3 }, { device: "vc" }] }),
      "x/10.9.0.0/16",
      "10.9.0.0/16 proto static nexthop via 10.0.1.2 dev va weight 3 nexthop dev vc weight 1",
    );
  });

  it("takes several ways at once in IPv6", async () => {
    await round(
      "ways",
      to("2001:db8:9::/48", {
        nexthops: [
          { gateway: "2001:db8:2::2", device: "vc" },
          { gateway: "2001:db8:1::2", weight: 3 },
        ],
      }),
      "x/2001:db8:9::/48",
      "2001:db8:9::/48 proto static metric 1024 nexthop via 2001:db8:2::2 dev vc weight 1 nexthop via 2001:db8:1::2 dev va weight 3",
    );
  });

  const ECMP: [string, object[]][] = [
    [
      "10.9.0.0/16",
      [
        { gateway: "10.0.1.2", device: "va" },
        { gateway: "10.0.2.2", device: "vc", weight: 2 },
      ],
    ],
    [
      "2001:db8:9::/48",
      [
        { gateway: "2001:db8:1::2", device: "va" },
        { gateway: "2001:db8:2::2", device: "vc", weight: 2 },
      ],
    ],
  ];
  for (const [destination, nexthops] of ECMP) {
    const [first = {}, second = {}] = nexthops;

    it(`changes the ways to ${destination} in place: a weight, one more, one less`, async () => {
      const { provider } = fixture;
      const made = await provider.create("Route", "ways", to(destination, { nexthops }));
      const changed = async (from: typeof made, now: object[], details: string[]) => {
        assert.deepEqual(provider.diff("Route", from, { ...from.inputs, nexthops: now }).details, details);
        const next = await provider.update("Route", "ways", from, to(destination, { nexthops: now }));
        assert.deepEqual(await provider.read("Route", "ways", next), next);
        return next;
      };
      const third = { ...second, gateway: String((second as { gateway: string }).gateway).replace(/2$/, "7") };
      let now = await changed(made, [second, { ...first, weight: 9 }], ["nexthops[1].weight: ADD"]);
      assert.deepEqual(await weightsOf(destination), [2, 9]);
      now = await changed(
        now,
        [third, second, { ...first, weight: 9 }],
        ["nexthops[0].device: ADD", "nexthops[0].gateway: ADD", "nexthops[0].weight: ADD"],
      );
      assert.deepEqual(await weightsOf(destination), [2, 2, 9]);
      now = await changed(
        now,
        [second, first],
        [
          "nexthops[1].weight: DELETE",
          "nexthops[2].device: DELETE",
          "nexthops[2].gateway: DELETE",
          "nexthops[2].weight: DELETE",
        ],
      );
      assert.deepEqual(await weightsOf(destination), [1, 2]);
      assert.deepEqual(provider.diff("Route", now, { ...now.inputs, nexthops: [first, second] }).details, []);
      await provider.delete("Route", "ways", now);
    });

    it(`takes back a changed weight and a lost way to ${destination}`, async () => {
      const { lab, provider } = fixture;
      const made = await provider.create("Route", "ways", to(destination, { nexthops }));
      const { gateway } = second as { gateway: string };
      const { gateway: other } = first as { gateway: string };
      await lab.ip(
        `-n x route change ${destination} proto static nexthop via ${gateway} weight 5 nexthop via ${other}`,
      );
      const seen = await provider.read("Route", "ways", made);
      assert.ok(seen);
      assert.deepEqual(provider.diff("Route", seen, made.inputs).details, ["nexthops[1].weight: UPDATE"]);
      const mended = await provider.update("Route", "ways", seen, made.inputs);
      assert.deepEqual(await weightsOf(destination), [1, 2]);
      await lab.ip(`-n x route change ${destination} proto static via ${other}`);
      const less = await provider.read("Route", "ways", mended);
      assert.ok(less);
      assert.deepEqual(provider.diff("Route", less, made.inputs).details, [
        "nexthops[1].device: ADD",
        "nexthops[1].gateway: ADD",
        "nexthops[1].weight: ADD",
      ]);
      const again = await provider.update("Route", "ways", less, made.inputs);
      assert.deepEqual(await weightsOf(destination), [1, 2]);
      await provider.delete("Route", "ways", again);
    });
  }

  const weightsOf = async (destination: string) => {
    const family = destination.includes(":") ? "-6" : "-4";
    const [row] = await fixture.lab.json<{ nexthops: { weight: number }[] }[]>([
      "ip",
      "-n",
      "x",
      "-j",
      family,
      "route",
      "show",
      destination,
    ]);
    return row?.nexthops.map(({ weight }) => weight).sort();
  };

  it("changes gateway, source, mtu and type in place, and gives back what leaves the program", async () => {
    const { provider } = fixture;
    const base = to("10.9.0.0/16", { gateway: "10.0.1.2", metric: 5 });
    const made = await provider.create("Route", "way", base);
    const more = { ...base, gateway: "10.0.1.9", source: "10.0.2.1", mtu: 1400, onLink: false };
    assert.deepEqual(provider.diff("Route", made, more).details, ["gateway: UPDATE", "mtu: ADD", "source: ADD"]);
    const now = await provider.update("Route", "way", made, more);
    assert.deepEqual(await routes(), ["10.9.0.0/16 via 10.0.1.9 dev va proto static src 10.0.2.1 metric 5 mtu 1400"]);
    const back = await provider.update("Route", "way", now, base);
    assert.deepEqual(await routes(), ["10.9.0.0/16 via 10.0.1.2 dev va proto static metric 5"]);
    assert.deepEqual(back.state, made.state);
    const none = await provider.update("Route", "way", back, to("10.9.0.0/16", { metric: 5, type: "prohibit" }));
    assert.deepEqual(await routes(), ["prohibit 10.9.0.0/16 proto static metric 5"]);
    const again = await provider.update("Route", "way", none, base);
    assert.deepEqual(again.state, made.state);
    await provider.delete("Route", "way", again);
  });

  it("replaces for what tells it from others", async () => {
    const { provider } = fixture;
    const made = await provider.create("Route", "way", to("10.9.0.0/16", { device: "va" }));
    const { details } = provider.diff("Route", made, {
      ...made.inputs,
      destination: "10.8.0.0/16",
      device: "vc",
      metric: 5,
      table: 100,
    });
    assert.deepEqual(details, [
      "destination: UPDATE_REPLACE",
      "device: UPDATE_REPLACE",
      "metric: ADD_REPLACE",
      "table: ADD_REPLACE",
    ]);
    await provider.delete("Route", "way", made);
  });

  it("takes back a changed gateway, and one that leads elsewhere by now", async () => {
    const { lab, provider } = fixture;
    const inputs = to("10.9.0.0/16", { gateway: "10.0.1.2", device: "va" });
    const made = await provider.create("Route", "way", inputs);
    await lab.ip("-n x route change 10.9.0.0/16 via 10.0.1.9 dev va");
    const seen = await provider.read("Route", "way", made);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Route", seen, made.inputs).details, ["gateway: UPDATE"]);
    const mended = await provider.update("Route", "way", seen, made.inputs);
    assert.deepEqual(await routes(), ["10.9.0.0/16 via 10.0.1.2 dev va proto static"]);
    await lab.ip("-n x route change 10.9.0.0/16 via 10.0.2.2 dev vc");
    const moved = await provider.read("Route", "way", mended);
    assert.ok(moved);
    assert.deepEqual(provider.diff("Route", moved, made.inputs).replaces, ["device"]);
    await provider.delete("Route", "way", moved);
    assert.deepEqual(await routes(), []);
  });

  it("leaves a foreign route alone and says so [31]", async () => {
    const { lab, provider } = fixture;
    for (const [line, destination] of [
      ["blackhole 10.9.0.0/16 proto static", "10.9.0.0/16"],
      ["10.9.0.0/16 via inet6 2001:db8:1::2 dev va", "10.9.0.0/16"],
      ["default via fe80::1 dev va metric 1024", "::/0"],
    ] as const) {
      await lab.ip(`-n x route add ${line}`);
      await assert.rejects(
        provider.create("Route", "way", to(destination, { device: "va" })),
        /it already exists, and is not in this stack's state/,
      );
      assert.equal((await routes()).length, 1);
      await lab.ip(`-n x route del ${line}`);
    }
    await assert.rejects(provider.create("Route", "way", to("10.0.1.0/24", { device: "va" })), /already exists/);
  });

  it("does not import what it has no words for, nor lists what the kernel made", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n x route add 10.9.0.0/16 via inet6 2001:db8:1::2 dev va");
    await assert.rejects(
      provider.import("Route", "x/10.9.0.0/16"),
      /cannot be imported as this kind\n {2}there is a route/,
    );
    assert.deepEqual(await provider.list("Route", { namespace: "x" }), []);
    assert.equal((await provider.import("Route", "x/10.0.1.0/24"))?.state.source, "10.0.1.1");
    assert.equal((await provider.import("Route", "x/2001:db8:1::/64,metric=256"))?.state.device, "va");
    assert.equal(await provider.import("Route", "x/2001:db8:1::/64"), undefined);
    assert.equal(await provider.import("Route", "nowhere/default"), undefined);
    await lab.ip("-n x route del 10.9.0.0/16");
  });

  it("survives being deleted by hand, with its device, its address or its namespace [34]", async () => {
    const { lab, provider } = fixture;
    const inputs = to("10.9.0.0/16", { gateway: "10.0.1.2" });
    for (const words of ["route del 10.9.0.0/16", "addr del 10.0.1.1/24 dev va", "link del va"]) {
      const made = await provider.create("Route", "way", inputs);
      await lab.ip(`-n x ${words}`);
      assert.equal(await provider.read("Route", "way", made), undefined, words);
      await provider.delete("Route", "way", made);
      await provider.delete("Route", "way", { ...made, state: { ...made.state, namespace: "gone" } });
      if (words.startsWith("addr")) await lab.ip("-n x addr add 10.0.1.1/24 dev va");
    }
  });

  it("does not delete the like route of another namespace that has the name now", async () => {
    const { lab, provider } = fixture;
    await lab.ip("netns add z");
    const made = await provider.create("Route", "way", { namespace: "z", destination: "default", type: "blackhole" });
    await lab.ip("netns del z");
    const net = await provider.create("Namespace", "z", {});
    await lab.ip("-n z route add blackhole default");
    await provider.delete("Route", "way", made);
    assert.match(await lab.ip("-n z route"), /blackhole default/);
    await provider.delete("Namespace", "z", net);
  });

  it("goes on after a run that died before it could answer", async () => {
    const { lab, provider } = fixture;
    const lost = await provider.create("Route", "way", to("10.9.0.0/16", { gateway: "10.0.1.2" }));
    assert.deepEqual(
      await new TestProvider(lab).create("Route", "way", to("10.9.0.0/16", { gateway: "10.0.1.2" })),
      lost,
    );
    const other = await new TestProvider(lab).create("Route", "way", to("10.9.0.0/16", { device: "vc" }));
    assert.deepEqual(await routes(), ["10.9.0.0/16 dev vc proto static scope link"]);
    const elsewhere = await new TestProvider(lab).create("Route", "way", to("10.8.0.0/16", { device: "vc" }));
    assert.deepEqual(await routes(), ["10.8.0.0/16 dev vc proto static scope link"]);
    await provider.delete("Route", "way", other);
    await provider.delete("Route", "way", elsewhere);
  });

  it("takes back an update that the kernel refuses", async () => {
    const { provider } = fixture;
    const inputs = to("10.9.0.0/16", { gateway: "10.0.1.2" });
    const made = await provider.create("Route", "way", inputs);
    await assert.rejects(
      provider.update("Route", "way", made, { ...inputs, gateway: "10.77.0.1" }),
      /could not change the route\n.*Nexthop has invalid gateway.*\n {2}A gateway must be on a network/,
    );
    assert.deepEqual(await routes(), ["10.9.0.0/16 via 10.0.1.2 dev va proto static"]);
    await provider.delete("Route", "way", made);
  });

  for (const action of ["blackhole", "unreachable", "prohibit"]) {
    it(`says that a rule of the action ${action} may hide the gateway, and is made with what it says to do`, async () => {
      const { lab, provider } = fixture;
      const inputs = to("10.9.0.0/16", { gateway: "10.0.1.2" });
      await lab.ip(`-n x rule add to 10.0.1.0/24 priority 100 ${action}`);
      const hint = new RegExp(
        `invalid gateway.*\n {2}.*A rule with the action \`${action}\` catches packets to the gateway`,
      );
      await assert.rejects(provider.create("Route", "way", inputs), hint);
      const made = await provider.create("Route", "way", { ...inputs, device: "va", onLink: true });
      await provider.delete("Route", "way", made);
      await lab.ip("-n x rule del priority 100");
      await provider.delete("Route", "way", await provider.create("Route", "way", inputs));
    });
  }

  for (const type of ["blackhole", "unreachable", "prohibit", "throw"]) {
    it(`says that a route of IPv6 to ${type} may hide the gateway, and is made with what it says to do`, async () => {
      const { lab, provider } = fixture;
      const inputs = to("2001:db8:9::/48", { gateway: "2001:db8:1::2" });
      await lab.ip(`-n x -6 route add ${type} 2001:db8:1::2/128`);
      await assert.rejects(
        provider.create("Route", "way", inputs),
        /\n {2}.*A route that leads nowhere .* matches the gateway/,
      );
      const made = await provider.create("Route", "way", { ...inputs, device: "va" });
      await provider.delete("Route", "way", made);
      await lab.ip(`-n x -6 route del ${type} 2001:db8:1::2/128`);
      await provider.delete("Route", "way", await provider.create("Route", "way", inputs));
    });
  }

  it("says of a route that the kernel has made with an address that nobody need have it", async () => {
    const { provider } = fixture;
    for (const route of [to("10.0.1.0/24", { device: "va" }), to("2001:db8:1::/64", { device: "va", metric: 256 })]) {
      const isSaid = ({ message }: Error) => {
        assert.match(message, /there is the route .*\n {2}The kernel makes that route by itself, .*: leave it out/);
        assert.doesNotMatch(message, /import/);
        return true;
      };
      await assert.rejects(provider.create("Route", "way", route), isSaid);
      await assert.rejects(provider.create("Topology", "lab", { routes: [route] }), isSaid);
    }
  });

  it("says what to do when gateway, device or namespace is missing", async () => {
    const { provider } = fixture;
    const reasons: [object, RegExp][] = [
      [to("default", { gateway: "10.77.0.1" }), /invalid gateway.*\n {2}A gateway must be on a network/],
      [to("::/0", { gateway: "2001:db8:77::1" }), /No route to host.*\n {2}A gateway must be on a network/],
      [to("default", { device: "none" }), /Cannot find device "none".*\n {2}Something that it needs is not there/],
      [
        { ...to("default", { device: "va" }), namespace: "none" },
        /No such file.*\n {2}There is no namespace none\. Make it first/,
      ],
    ];
    for (const [inputs, reason] of reasons)
      await assert.rejects(provider.create("Route", "way", { ...inputs }), reason);
  });
});
