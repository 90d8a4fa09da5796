import assert from "node:assert/strict";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite } from "../support/suites/kernelSuite";
import { until } from "../support/suites/until";
import { ProbeProcess } from "./probe/probeProcess";

const [AT_X, AT_Y] = [{ namespace: "x" }, { namespace: "y" }];
const WAY = {
  there: [
    { ...AT_X, out: "va" },
    { ...AT_Y, in: "vb" },
  ],
  back: [
    { ...AT_Y, out: "vb" },
    { ...AT_X, in: "va" },
  ],
};

/** The two hosts of a cable: x has 10.0.1.1 and fd00::1, y has 10.0.1.2 and fd00::2. */
kernelSuite("Reachability on the kernel", (fixture) => {
  beforeEach(async () => {
    const { lab } = fixture;
    await lab.ip("link add name va netns x type veth peer name vb netns y");
    for (const [at, device, number] of [
      ["x", "va", 1],
      ["y", "vb", 2],
    ]) {
      await lab.ip(`-n ${at} addr add 10.0.1.${number}/24 dev ${device}`);
      await lab.ip(`-n ${at} addr add fd00::${number}/64 dev ${device} nodad`);
      await lab.ip(`-n ${at} link set ${device} up`);
    }
  });
  afterEach(async () => {
    await fixture.lab.tryRun(["ip", "-n", "x", "link", "del", "va"]);
    await fixture.lab.tryRun(["ip", "netns", "exec", "y", "nft", "flush", "ruleset"]);
  });

  const to = (address: string, more = {}) => ({ namespace: "x", to: address, ...more });
  const drop = (rule: string, hook = "input", at = "y") => {
    const rules = `table inet filter { chain c { type filter hook ${hook} priority filter; ${rule}; }; }`;
    return fixture.lab.run(["ip", "netns", "exec", at, "nft", rules]);
  };
  const WHY = (words: string) => `\`netns why x ${words}\` finds where it ends.`;
  const QUICK = { timeoutMs: 300 };

  it("is proved, read, imported with an empty next diff, and leaves nothing", async () => {
    const { provider } = fixture;
    for (const [inputs, id, address] of [
      [to("10.0.1.2"), "x/10.0.1.2/icmp", "10.0.1.2"],
      [to("FD00::0002", { size: 1452, dontFragment: true }), "x/fd00::2/icmp,1452,df", "fd00::2"],
      [to("y"), "x/y/icmp", "10.0.1.2"],
    ] as const) {
      const made = await provider.create("Reachability", "ping", inputs);
      assert.equal(made.id, id);
      const { rttMs, way, ...state } = made.state;
      assert.ok(Number(rttMs) > 0 && Number(rttMs) < 1000, `${rttMs}`);
      assert.equal(state.address, address);
      assert.deepEqual([state.reachable, state.heard], [true, `an answer from ${address}`]);
      assert.deepEqual(way, WAY);
      assert.deepEqual(await provider.read("Reachability", "ping", made), made);
      const found = await provider.import("Reachability", id);
      assert.ok(found);
      const { inputs: checked, failures } = provider.check("Reachability", "found", found.inputs);
      assert.deepEqual([failures, provider.diff("Reachability", found, checked).details], [[], []]);
      await provider.delete("Reachability", "ping", made);
      await provider.delete("Reachability", "ping", made);
    }
    assert.deepEqual(await provider.list("Reachability", {}), []);
    assert.equal(await provider.import("Reachability", "x/nobody/icmp"), undefined);
    await assert.rejects(provider.import("Reachability", "x/y/sctp"), /is not an id of this kind/);
  });

  it("tells the way hop by hop, through a router that translates addresses", async () => {
    const { lab, provider } = fixture;
    const lines = [
      "link add name wan netns y type veth peer name eth0 netns z",
      "-n y addr add 10.0.2.1/24 dev wan",
      "-n z addr add 10.0.2.2/24 dev eth0",
      "-n y link set wan up",
      "-n z link set eth0 up",
      "-n x route add default via 10.0.1.2",
      "netns exec y sysctl -qw net.ipv4.ip_forward=1",
    ];
    await lab.ip("netns add z");
    try {
      for (const line of lines) await lab.ip(line);
      const nat = 'table ip nat { chain c { type nat hook postrouting priority srcnat; oifname "wan" masquerade; }; }';
      await lab.run(["ip", "netns", "exec", "y", "nft", nat]);
      const made = await provider.create("Reachability", "far", to("10.0.2.2"));
      const [there, back] = [
        [WAY.there[0], { ...AT_Y, in: "vb", out: "wan" }, { namespace: "z", in: "eth0" }],
        [{ namespace: "z", out: "eth0" }, { ...AT_Y, in: "wan", out: "vb" }, WAY.back[1]],
      ];
      assert.deepEqual(made.state.way, { there, back });
    } finally {
      await lab.ip("netns del z");
    }
  });

  it("has no diff by the state of a version that told no way, and keeps it", async () => {
    const { provider } = fixture;
    const inputs = to("10.0.1.2");
    const made = await provider.create("Reachability", "ping", inputs);
    const { way: _, ...state } = made.state;
    const old = { ...made, state };
    assert.deepEqual(await provider.read("Reachability", "ping", old), old);
    const { inputs: checked } = provider.check("Reachability", "ping", inputs);
    assert.deepEqual(provider.diff("Reachability", old, checked).details, []);
  });

  it("waits until it is so", async () => {
    const { lab, provider } = fixture;
    await lab.ip("-n y addr del 10.0.1.2/24 dev vb");
    const made = provider.create("Reachability", "ping", to("10.0.1.2"));
    await until("a try", async () =>
      /INCOMPLETE|FAILED/.test(await lab.run("ip -n x neigh show 10.0.1.2 dev va".split(" "))),
    );
    await lab.ip("-n y addr add 10.0.1.2/24 dev vb");
    assert.equal((await made).state.reachable, true);
  });

  it("fails within its time, and says what was heard and what to do", async () => {
    const { lab, provider } = fixture;
    await drop("icmp type echo-request drop");
    const begun = performance.now();
    await assert.rejects(provider.create("Reachability", "ping", to("10.0.1.2", QUICK)), {
      message: [
        "netns:index:Reachability x/10.0.1.2/icmp: x is to reach 10.0.1.2, and that is not so",
        "heard: nothing; On y the chain c of the table inet filter (hook input) drops the packet, by rule 1: " +
          "add a rule that accepts the packet, see the Firewall y/inet/filter.",
        "`netns why x 10.0.1.2` finds where it ends.",
      ].join("\n  "),
    });
    // To find out what stops it takes a while, too.
    assert.ok(performance.now() - begun < 10_000);
    await lab.ip("netns add bare");
    for (const [wish, heard, todo] of [
      [to("10.0.1.2", { protocol: "tcp", port: 80 }), "`Connection refused` from 10.0.1.2; ", WHY("10.0.1.2 --tcp 80")],
      [to("10.0.1.2", { protocol: "udp", port: 80 }), "`Connection refused` from 10.0.1.2; ", WHY("10.0.1.2 --udp 80")],
      [to("192.0.2.1"), "nothing was sent: there is no route to it (ENETUNREACH)", WHY("192.0.2.1")],
      [
        to("fd00::2", { size: 1453, dontFragment: true }),
        "nothing was sent: it is too big (EMSGSIZE, mtu 1500)",
        WHY("fd00::2 --size 1501"),
      ],
      [to("nobody"), "there is no namespace nobody\n  ", "Make it first, "],
      [to("bare"), "bare has no address\n  ", "Give bare an address "],
      [to("fd00::2", { withinMs: 0.0001 }), "an answer in", "The answer comes, but too late: "],
    ] as const) {
      await assert.rejects(provider.create("Reachability", "ping", { ...wish, ...QUICK }), ({ message }: Error) => {
        assert.ok(message.includes(`\n  heard: ${heard}`) && message.includes(`\n  ${todo}`), message);
        return true;
      });
    }
    await lab.ip("netns del bare");
    assert.deepEqual(await lab.run(["ls", "/run/pulumi-netns"]).catch(() => ""), "");
  });

  it("takes no address of the target that the sender has as well, and says so where there is no other", async () => {
    const { lab, provider } = fixture;
    const own = ["10.0.1.2/32", "fd00::2/128"];
    try {
      await lab.ip(`-n x addr add ${own[0]} dev lo`);
      const made = await provider.create("Reachability", "ping", to("y"));
      assert.equal(made.state.address, "fd00::2");
      await lab.ip(`-n x addr add ${own[1]} dev lo nodad`);
      await lab.ip("-n x link set lo up");
      for (const reachable of [true, false])
        await assert.rejects(
          provider.create("Reachability", "ping", to("y", { ...QUICK, reachable })),
          /heard: nothing was sent, for x has 10\.0\.1\.2 itself and cannot reach y by that address/,
        );
    } finally {
      for (const address of own) await lab.tryRun(["ip", "-n", "x", "addr", "del", address, "dev", "lo"]);
    }
  });

  it("shows as drift that it is not so any more, and that it is again", async () => {
    const { lab, provider } = fixture;
    const inputs = to("10.0.1.2", QUICK);
    const made = await provider.create("Reachability", "ping", inputs);
    await lab.ip("-n y addr del 10.0.1.2/24 dev vb");
    const drifted = await provider.read("Reachability", "ping", made);
    assert.ok(drifted);
    assert.deepEqual([drifted.state.reachable, drifted.inputs.reachable], [false, false]);
    const { inputs: wanted } = provider.check("Reachability", "ping", inputs);
    assert.deepEqual(provider.diff("Reachability", drifted, wanted).details, ["reachable: UPDATE"]);
    await assert.rejects(provider.update("Reachability", "ping", drifted, wanted), /is to reach 10\.0\.1\.2/);
    await lab.ip("-n y addr add 10.0.1.2/24 dev vb");
    const mended = await provider.update("Reachability", "ping", drifted, wanted);
    assert.equal(mended.state.reachable, true);
    const seen = await provider.read("Reachability", "ping", drifted);
    assert.ok(seen);
    assert.deepEqual(provider.diff("Reachability", seen, wanted).details, []);
  });

  it("proves as well that nobody answers, by what comes back, or by silence", async () => {
    const { provider } = fixture;
    const none = (address: string, more = {}) => to(address, { reachable: false, timeoutMs: 300, ...more });
    await drop("tcp dport 81 drop; icmp type echo-request drop; udp dport 82 reject with icmp admin-prohibited");
    for (const [wish, heard] of [
      [none("10.0.1.2"), "nothing"],
      [none("10.0.1.2", { protocol: "tcp", port: 81 }), "nothing"],
      [none("10.0.1.2", { protocol: "tcp", port: 80 }), "`Connection refused` from 10.0.1.2"],
      [none("10.0.1.2", { protocol: "udp", port: 82 }), "ICMP `Packet filtered` from 10.0.1.2"],
    ] as const) {
      const made = await provider.create("Reachability", "wall", wish);
      assert.deepEqual([made.state.reachable, made.state.heard], [false, heard]);
      assert.deepEqual(await provider.read("Reachability", "wall", made), made);
    }
  });

  it("does not take for such a proof that somebody answers, or that no packet can leave", async () => {
    const { lab, provider } = fixture;
    const none = (address: string) => to(address, { reachable: false, timeoutMs: 300 });
    await assert.rejects(provider.create("Reachability", "wall", none("10.0.1.2")), {
      message: [
        "netns:index:Reachability x/10.0.1.2/icmp: x must not reach 10.0.1.2, and that is not so",
        "heard: an answer from 10.0.1.2",
        "Find the route, firewall rule or bridge that lets it through.",
      ].join("\n  "),
    });
    await assert.rejects(provider.create("Reachability", "wall", none("192.0.2.1")), /but no packet left/);
    await lab.ip("-n x link set va down");
    await assert.rejects(provider.create("Reachability", "wall", none("10.0.1.2")), /but no packet left/);
    await lab.ip("-n x link set va up");
    await lab.ip("-n y link set vb down");
    await assert.rejects(provider.create("Reachability", "wall", none("10.0.1.2")), /but no packet left/);
  });

  it("shows as drift that it cannot be proved any more that nobody answers", async () => {
    const { lab, provider } = fixture;
    await drop("icmp type echo-request drop");
    const made = await provider.create("Reachability", "wall", to("10.0.1.2", { reachable: false, timeoutMs: 300 }));
    await lab.ip("-n x link set va down");
    const drifted = await provider.read("Reachability", "wall", made);
    assert.ok(drifted);
    assert.deepEqual(provider.diff("Reachability", drifted, made.inputs).details, ["reachable: ADD"]);
  });

  it("takes a port that somebody listens on for reachable, by tcp and udp", async () => {
    const { lab, provider } = fixture;
    const listener = await ProbeProcess.start(lab, "nsenter", "--net=/run/netns/y");
    try {
      await listener.listen(80);
      for (const protocol of ["tcp", "udp"]) {
        const made = await provider.create("Reachability", protocol, to("y", { protocol, port: 80 }));
        assert.deepEqual([made.state.reachable, made.state.heard], [true, "an answer from 10.0.1.2"]);
      }
    } finally {
      await listener.stop();
    }
  });

  it("is the last of a Topology: where it is not so, all is taken back", async () => {
    const { lab } = fixture;
    const program = (more: object[]) => ({
      namespaces: [{ name: "p" }, { name: "q" }],
      vethPairs: [{ a: { name: "pq", namespace: "p" }, b: { name: "qp", namespace: "q" } }],
      addresses: [
        { namespace: "p", device: "pq", address: "10.0.9.1/24" },
        { namespace: "q", device: "qp", address: "10.0.9.2/24" },
      ],
      reachabilities: [{ namespace: "p", to: "q", ...QUICK }, ...more],
    });
    const provider = new TestProvider(lab);
    await assert.rejects(
      provider.create("Topology", "lab", program([{ namespace: "p", to: "10.0.9.3", ...QUICK }])),
      /^NetnsError: netns:index:Topology lab: reachabilities\[1\]: p is to reach 10\.0\.9\.3, and that is not so\n {2}heard: /,
    );
    assert.doesNotMatch(await lab.run(["ip", "netns"]), /^[pq]\b/m);
    const made = await provider.create("Topology", "lab", program([]));
    const [proof] = made.state.reachabilities as { reachable: boolean; address: string; way?: unknown }[];
    assert.deepEqual([proof?.reachable, proof?.address], [true, "10.0.9.2"]);
    const [p, q] = [{ namespace: "p" }, { namespace: "q" }];
    assert.deepEqual(proof?.way, {
      there: [
        { ...p, out: "pq" },
        { ...q, in: "qp" },
      ],
      back: [
        { ...q, out: "qp" },
        { ...p, in: "pq" },
      ],
    });
    const { way: _, ...other } = proof ?? {};
    const older = { ...made, state: { ...made.state, reachabilities: [other] } };
    assert.deepEqual(await provider.read("Topology", "lab", older), older);
    assert.deepEqual(await provider.read("Topology", "lab", made), made);

    await lab.ip("-n q link set qp mtu 1400");
    await drop("icmp type echo-request drop", "input", "q");
    const drifted = await provider.read("Topology", "lab", made);
    assert.ok(drifted);
    const { inputs: wanted } = provider.check("Topology", "lab", program([]));
    assert.deepEqual(provider.diff("Topology", drifted, wanted).details, ["reachabilities[0].reachable: UPDATE"]);
    await assert.rejects(provider.update("Topology", "lab", drifted, wanted), /p is to reach q, and that is not so/);
    await lab.run(["ip", "netns", "exec", "q", "nft", "flush", "ruleset"]);
    const mended = await provider.update("Topology", "lab", drifted, wanted);
    assert.equal((mended.state.reachabilities as { reachable: boolean }[])[0]?.reachable, true);
    await provider.delete("Topology", "lab", mended);
    assert.doesNotMatch(await lab.run(["ip", "netns"]), /^[pq]\b/m);
  });
});
