import assert from "node:assert/strict";
import { Capture } from "../support/labHost/capture";
import { transfer } from "../support/labHost/transfer";
import { changesOf, done, exampleSuite, inNetns } from "../support/suites/exampleSuite";

const ADDRESSES = { pc1: "10.2.0.1", pc2: "10.2.0.2", printer: "10.2.0.3" } as const;
type Host = keyof typeof ADDRESSES;
const HOSTS = Object.keys(ADDRESSES) as Host[];

exampleSuite("bridge-namespaces", (lab) => {
  const ping = (from: Host, to: Host, words = "-W 2") => inNetns(lab.host, from, `ping -c 1 ${words} ${ADDRESSES[to]}`);

  for (const pc of ["pc1", "pc2"] as const) {
    it(`carries pings between ${pc} and the printer`, async () => {
      assert.equal((await ping(pc, "printer")).exitCode, 0);
      assert.equal((await ping("printer", pc)).exitCode, 0);
    });
  }

  it("keeps the two isolated ports apart: not even the question for an address comes through", async () => {
    const capture = await Capture.start(lab.host, { namespace: "pc2", device: "eth0", filter: "arp" });
    assert.equal((await ping("pc1", "pc2", "-W 1")).exitCode, 1);
    // What the printer asks does come through, after all that pc1 has asked.
    await lab.host.ip("-n printer neigh flush dev eth0");
    assert.equal((await ping("printer", "pc2")).exitCode, 0);
    await capture.until(/who-has 10\.2\.0\.2 tell 10\.2\.0\.3/);
    assert.deepEqual(
      (await capture.stop()).filter((line) => line.includes("tell 10.2.0.1")),
      [],
    );
  });

  it("learns behind which port each MAC address is", async () => {
    type Entry = { mac: string; ifname: string; state: string };
    const fdb = await lab.host.json<Entry[]>(["bridge", "-n", "lan", "-j", "fdb", "show", "br", "br0"]);
    for (const host of HOSTS) {
      const [{ address }] = await lab.host.json<[{ address: string }]>([
        "ip",
        "-n",
        host,
        "-j",
        "link",
        "show",
        "eth0",
      ]);
      const learnt = fdb.filter(({ mac }) => mac === address);
      assert.deepEqual(
        learnt.map(({ ifname, state }) => [ifname, state]),
        [[`to-${host}`, ""]],
      );
    }
  });

  it("carries a megabyte by TCP", () => transfer(lab.host, { from: "pc1", to: "printer", address: ADDRESSES.printer }));

  it("carries packets of 9000 bytes when it is told to, without anything made anew", async () => {
    assert.notEqual((await ping("pc1", "printer", "-W 1 -M do -s 8972")).exitCode, 0);
    await lab.stack.config("mtu", "9000");
    const changed = [...HOSTS.map((host) => `update VethPair ${host}`), "update Bridge br0"];
    assert.deepEqual(changesOf(done(await lab.stack.up())).sort(), changed.sort());
    assert.equal((await ping("pc1", "printer", "-W 2 -M do -s 8972")).exitCode, 0);
    assert.equal((await ping("pc1", "pc2", "-W 1")).exitCode, 1);
  });

  it("carries a megabyte by TCP in packets of 9000 bytes", async () => {
    const capture = await Capture.start(lab.host, { namespace: "printer", device: "eth0", filter: "tcp" });
    await transfer(lab.host, { from: "pc2", to: "printer", address: ADDRESSES.printer });
    await capture.until(/Flags \[S\.?\],.*\bmss 8960,/, 2);
    await capture.stop();
  });
});
