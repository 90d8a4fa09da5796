import assert from "node:assert/strict";
import { Capture } from "../support/labHost/capture";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";
import { until } from "../support/suites/until";

interface Row {
  ifname: string;
  master?: string;
  state?: string;
}

exampleSuite("bridge", (lab) => {
  const bridge = <T>(...words: string[]) =>
    lab.host.json<T[]>(["ip", "netns", "exec", "box", "bridge", "-j", ...words]);

  it("has one end of the cable as a port that forwards, and the other one in no bridge", async () => {
    const rows = await bridge<Row>("link");
    assert.deepEqual(
      rows.map(({ ifname, master, state }) => [ifname, master, state]),
      [["port1", "br0", "forwarding"]],
    );
  });

  it("has the address and its route on the bridge", async () => {
    const routes = await lab.host.json<Record<string, unknown>[]>(["ip", "-n", "box", "-j", "route"]);
    assert.deepEqual(
      routes.map(({ dst, dev, prefsrc }) => [dst, dev, prefsrc]),
      [["10.1.0.0/24", "br0", "10.1.0.1"]],
    );
    assert.equal((await inNetns(lab.host, "box", "ping -c 1 -W 2 10.1.0.1")).exitCode, 0);
  });

  it("sends what the host asks out by the port, to the loose end of the cable", async () => {
    const capture = await Capture.start(lab.host, { namespace: "box", device: "any", filter: "arp" });
    assert.equal((await inNetns(lab.host, "box", "ping -c 1 -W 1 10.1.0.2")).exitCode, 1);
    await capture.until(/^loose/);
    const asked = "ARP, Request who-has 10.1.0.2 tell 10.1.0.1, length 28";
    const lines = (await capture.stop()).map((line) => line.replace(/\s+/g, " "));
    assert.deepEqual(
      [...new Set(lines)].sort(),
      ["br0 Out", "loose B", "port1 Out"].map((at) => `${at} ${asked}`),
    );
  });

  it("learns at the port which MAC address the loose end has", async () => {
    assert.equal((await inNetns(lab.host, "box", "ping -c 1 -W 1 -I loose 10.1.0.2")).exitCode, 1);
    const learnt = await until("the MAC address", async () =>
      (await bridge<{ mac: string; ifname: string; state: string }>("fdb", "show", "br", "br0")).find(
        ({ mac }) => mac === "02:00:00:00:00:01",
      ),
    );
    assert.equal(learnt.ifname, "port1");
    assert.notEqual(learnt.state, "permanent");
  });

  it("has the cable plugged in again that somebody has pulled out", async () => {
    await lab.host.ip("-n box link set port1 nomaster");
    assert.deepEqual(changesOf(done(await lab.stack.preview())), ["create BridgePort port1"]);
    assert.deepEqual(changesOf(done(await lab.stack.up())), ["create BridgePort port1"]);
    assert.equal((await bridge<Row>("link"))[0]?.master, "br0");
    unchanged(await lab.stack.preview());
  });
});
