import assert from "node:assert/strict";
import { showAddresses } from "../../../provider/kernel/address";
import { Kernel } from "../../../provider/kernel/kernel";
import { showLink, showLinks } from "../../../provider/kernel/link";
import { placeOf } from "../../../provider/kernel/place";
import { showRules } from "../../../provider/kernel/rule";
import { type Devices, surveying } from "../../../provider/kernel/survey";
import { folderFacts } from "../../support/fakeHost";
import { FakeNetns } from "../../support/fakeNetns";

function bench(namespaces: string[], known?: Devices) {
  const host = new FakeNetns(...namespaces);
  for (const name of namespaces) {
    const veth = { ifname: "eth0", altnames: ["uplink"], linkinfo: { info_kind: "veth" } };
    host.devices.set(name, [{ ifname: "lo" }, veth]);
  }
  const { signal } = new AbortController();
  const kernel = new Kernel({ host, signal, debug: () => {} });
  return { host, kernel: surveying(kernel, known) };
}

const ifnames = (rows: { ifname: string }[] | undefined) => rows?.map(({ ifname }) => ifname);

describe("a survey", () => {
  it("looks into each namespace once, however many things are looked for in there", async () => {
    const { host, kernel } = bench(["x", "y"]);
    const asked = ["x", "y", "x", "x", "y"].flatMap((netns) => [
      showLink(kernel, netns, "eth0"),
      showLinks(kernel, netns),
      showAddresses(kernel, netns, "eth0"),
    ]);
    await Promise.all(asked);
    await showLink(kernel, "x", "lo");
    assert.deepEqual([...host.looks].sort(), [
      ["x", 1],
      ["y", 1],
    ]);
  });

  it("asks for those together that are asked for at one moment", async () => {
    const all = Array.from({ length: 40 }, (_, index) => `n${index}`);
    const { host, kernel } = bench(all);
    await Promise.all(all.map((netns) => showLink(kernel, netns, "eth0")));
    const asked = host.argvs.map((argv) => (argv.length - 4) / 4);
    assert.equal(
      asked.reduce((sum, count) => sum + count, 0),
      40,
    );
    assert.ok(Math.max(...asked) > 1 || asked.length === 1 || all.length <= asked.length);
  });

  it("answers as single looks do", async () => {
    const { kernel } = bench(["x"]);
    assert.equal((await showLink(kernel, "x", "eth0"))?.ifname, "eth0");
    assert.equal(await showLink(kernel, "x", "eth1"), undefined);
    assert.equal(await showLink(kernel, "x", "uplink"), undefined, "another name is not the device's");
    assert.deepEqual(ifnames(await showLinks(kernel, "x", "veth")), ["eth0"]);
    assert.deepEqual(ifnames(await showLinks(kernel, "x")), ["lo", "eth0"]);
    assert.deepEqual(ifnames(await showAddresses(kernel, "x")), ["lo", "eth0"]);
    assert.deepEqual(ifnames(await showAddresses(kernel, "x", "uplink")), ["eth0"]);
    assert.deepEqual(ifnames(await showAddresses(kernel, "x", "eth1")), []);
  });

  it("answers that a namespace is not there, also when it goes in this moment", async () => {
    const { host, kernel } = bench(["x", "goes", "y"]);
    host.devices.delete("goes");
    const found = ["x", "goes", "y", "never"].map((netns) => showLinks(kernel, netns));
    assert.deepEqual(
      (await Promise.all(found)).map((links) => links?.length),
      [2, undefined, 2, undefined],
    );
    assert.ok(!host.log.some((line) => line.includes("never")));
  });

  it("asks nothing of a plain file in the place of a namespace", async () => {
    const { host, kernel } = bench([]);
    host.facts.set("/run/netns/x", folderFacts());
    assert.equal(await showLink(kernel, "x", "lo"), undefined);
    assert.deepEqual(host.argvs, []);
  });

  it("runs any other command once, however often it is asked for", async () => {
    const { host, kernel } = bench(["x", "y"]);
    const asked = ["x", "x", "y"].flatMap((netns) =>
      [100, 200].map((priority) => showRules(kernel, netns, "inet", priority)),
    );
    await Promise.all(asked);
    const commands = host.log.filter((line) => line.includes("rule"));
    assert.deepEqual(
      commands,
      ["x", "y"].map((netns) => `nsenter --net=/run/netns/${netns} -- ip -j -N -4 rule show`),
    );
  });

  it("looks into the provider's own namespace by itself", async () => {
    const { host, kernel } = bench([]);
    assert.deepEqual(await showLinks(kernel, undefined), []);
    assert.deepEqual(host.log, ["ip -j -d addr show"]);
  });

  it("does not look where it is known what is there", async () => {
    const lo = { ifname: "lo" } as never;
    const { host, kernel } = bench(
      ["x", "y"],
      new Map([
        ["x", [lo]],
        ["gone", [lo]],
      ]),
    );
    assert.deepEqual(ifnames(await showLinks(kernel, "x")), ["lo"]);
    assert.deepEqual(ifnames(await showLinks(kernel, "y")), ["lo", "eth0"]);
    assert.deepEqual([...host.looks.keys()], ["y"]);
  });

  it("asks once for the file of a namespace", async () => {
    const { host, kernel } = bench(["x"]);
    let asked = 0;
    const stat = host.stat.bind(host);
    host.stat = (path) => {
      asked += 1;
      return stat(path);
    };
    const link = { ifindex: 2 };
    const places = await Promise.all([1, 2, 3].map(() => placeOf(kernel, "x", link)));
    await showLink(kernel, "x", "lo");
    assert.equal(new Set(places).size, 1);
    assert.equal(asked, 1);
  });

  it("fails for all that ask when a look fails, and says where", async () => {
    const { host, kernel } = bench(["x", "y"]);
    host.fails = (netns) => (netns === "y" ? "Out of memory" : undefined);
    const asked = ["x", "y", "y"].map((netns) => showLink(kernel, netns, "lo"));
    const ends = await Promise.allSettled(asked);
    for (const end of ends.slice(1)) {
      assert.ok(end.status === "rejected" && /^namespace y: could not look into it/.test(end.reason.message));
    }
  });
});
