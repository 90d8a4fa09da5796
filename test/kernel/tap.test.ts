import assert from "node:assert/strict";
import type { TestProvider } from "../support/provider/testProvider";
import { deviceSuite } from "../support/suites/deviceSuite";
import { GIVE_TUN, hasTun } from "../support/suites/kernelOptions";
import { kernelSuite, linkIn } from "../support/suites/kernelSuite";
import { until } from "../support/suites/until";

const ROW = {
  type: "Tap",
  linkType: "tun",
  option: "CONFIG_TUN",
  isBuilt: hasTun,
  props: {},
  foreignByIp: "tuntap add dev it0 mode tap",
  afterMark: "it#0 up",
  mtu: 1500,
};

deviceSuite(ROW, (fixture, it0) => {
  before(() => fixture.lab.run(["sh", "-c", GIVE_TUN]));
  const shown = async (name = "it0") => {
    const link = await linkIn(fixture.lab, "x", name);
    return (link as unknown as { linkinfo: { info_data: Record<string, unknown> } }).linkinfo.info_data;
  };

  it("has the mode, the owners and the queues that the program says, and replaces for each", async () => {
    const { provider } = fixture;
    const made = await provider.create("Tap", "it0", { ...it0, user: 0, group: "tty", multiQueue: true });
    const { type, persist, user, group, multi_queue } = await shown();
    assert.deepEqual([type, persist, user, group, multi_queue], ["tap", true, "root", "tty", true]);
    assert.deepEqual([made.state.user, made.state.group, made.state.multiQueue], ["0", "tty", true]);
    assert.deepEqual(await provider.read("Tap", "it0", made), made);
    const other = { ...it0, mode: "tun", user: "root", multiQueue: false, up: true };
    assert.deepEqual(provider.diff("Tap", made, other).details, [
      "group: DELETE_REPLACE",
      "mode: UPDATE_REPLACE",
      "multiQueue: UPDATE_REPLACE",
      "user: UPDATE_REPLACE",
    ]);
    await provider.delete("Tap", "it0", made);
  });

  it("takes a number that has no name, and finds both words for one that has", async () => {
    const { lab, provider } = fixture;
    for (const user of [4711, "root", "0"]) {
      const made = await provider.create("Tap", "it0", { ...it0, user });
      assert.equal(made.state.user, String(user));
      assert.deepEqual(await provider.read("Tap", "it0", made), made);
      await provider.delete("Tap", "it0", made);
    }
    await lab.ip("-n x tuntap add dev it0 mode tun user 0");
    const found = await provider.import("Tap", "x/it0");
    assert.deepEqual([found?.inputs.user, found?.inputs.mode, found?.state.mac], ["root", "tun", undefined]);
    assert.ok(found);
    const { inputs, failures } = provider.check("Tap", "found", found.inputs);
    assert.deepEqual([failures, provider.diff("Tap", found, inputs).details], [[], []]);
    await provider.delete("Tap", "it0", found);
  });

  it("says which owner this host does not have, and leaves nothing", async () => {
    const { provider } = fixture;
    for (const owner of [{ user: "no-such-user" }, { group: "no-such-group" }]) {
      const refused =
        /could not make the device\n {2}this host has no (user|group) no-such-.*\n {2}Name one that this host has/;
      await assert.rejects(provider.create("Tap", "it0", { ...it0, ...owner }), refused);
      assert.equal(await provider.import("Tap", "x/it0"), undefined);
    }
  });

  it("makes a tun, which has no MAC address, and changes its mtu", async () => {
    const { provider } = fixture;
    const made = await provider.create("Tap", "it0", { ...it0, mode: "tun", mtu: 65535 });
    assert.deepEqual([(await shown()).type, made.state.mac, made.state.mtu], ["tun", undefined, 65535]);
    const now = await provider.update("Tap", "it0", made, { ...it0, mode: "tun", mtu: 1400 });
    assert.deepEqual(await provider.read("Tap", "it0", now), now);
    await provider.delete("Tap", "it0", now);
  });

  it("leaves what somebody makes in its place at the last moment, and nothing of its own", async () => {
    const { lab, provider } = fixture;
    provider.overtakeBefore(/ tuntap add /, () => lab.ip("-n x link add name it0 type veth peer name itp"));
    await assert.rejects(provider.create("Tap", "it0", it0), /already exists/);
    assert.equal((await linkIn(lab, "x", "it0")).ifalias, undefined);
    await lab.ip("-n x link del it0");
  });

  it("needs no namespace with a name, and says what is missing without /dev/net/tun", async () => {
    const { lab, provider } = fixture;
    const here = { name: "it9" };
    const made = await provider.create("Tap", "it9", here);
    assert.equal(made.id, "it9");
    assert.match(await lab.ip("link show it9"), /UP/);
    await provider.delete("Tap", "it9", made);
    await lab.run(["mount", "-t", "tmpfs", "tmpfs", "/dev/net"]);
    const refused =
      /could not make the device\n.*ENOENT: No such file or directory\n {2}There is no \/dev\/net\/tun here/;
    await assert.rejects(provider.create("Tap", "it9", here), refused);
    await lab.run(["umount", "/dev/net"]);
  });
});

/** A program as a virtual machine is one: it opens the device by its name, and answers ARP for an address. */
const MACHINE = `
import fcntl, os, struct, sys
name, mac, ip = sys.argv[1], bytes.fromhex(sys.argv[2].replace(":", "")), bytes(map(int, sys.argv[3].split(".")))
tap = os.open("/dev/net/tun", os.O_RDWR)
IFF_TAP, IFF_NO_PI = 2, 0x1000
fcntl.ioctl(tap, 0x400454ca, struct.pack("16sH22x", name.encode(), IFF_TAP | IFF_NO_PI))
print("open", flush=True)
while True:
    frame = os.read(tap, 65536)
    if frame[12:14] == b"\\x08\\x06" and frame[20:22] == b"\\x00\\x01" and frame[38:42] == ip:
        os.write(tap, frame[6:12] + mac + frame[12:20] + b"\\x00\\x02" + mac + ip + frame[22:32])
`;

if (hasTun) {
  kernelSuite("Tap as the port of a virtual machine", (fixture) => {
    before(() => fixture.lab.run(["sh", "-c", GIVE_TUN]));

    it("does not list what a program has made for as long as it runs", async () => {
      const { lab, provider } = fixture;
      const vpn = lab.spawn([
        "ip",
        "netns",
        "exec",
        "x",
        "python3",
        "-c",
        MACHINE,
        "vpn0",
        "02:00:00:00:00:77",
        "10.9.0.77",
      ]);
      try {
        await until("the device of the program", async () => (await lab.ip("-n x link")).includes("vpn0"));
        assert.deepEqual(await provider.list("Tap"), []);
      } finally {
        vpn.kill();
        await vpn;
      }
    });

    it("joins a program on a bridge to another namespace", async () => {
      const { lab, provider } = fixture;
      const MAC = "02:00:00:00:00:77";
      const things: [type: string, props: Record<string, unknown>][] = [
        ["Bridge", { name: "br0", namespace: "x" }],
        ["Tap", { name: "vm0", namespace: "x" }],
        ["BridgePort", { namespace: "x", bridge: "br0", device: "vm0" }],
        ["VethPair", { a: { name: "port0", namespace: "x" }, b: { name: "eth0", namespace: "y" } }],
        ["BridgePort", { namespace: "x", bridge: "br0", device: "port0" }],
        ["Address", { namespace: "y", device: "eth0", address: "10.9.0.1/24" }],
      ];
      const made: Awaited<ReturnType<TestProvider["create"]>>[] = [];
      for (const [type, props] of things) made.push(await provider.create(type, `it${made.length}`, props));
      const machine = lab.spawn(["ip", "netns", "exec", "x", "python3", "-c", MACHINE, "vm0", MAC, "10.9.0.77"]);
      try {
        await until("the carrier of the device", async () =>
          (await lab.tryRun(["ip", "-n", "x", "link", "show", "vm0"])).stdout.includes("LOWER_UP"),
        );
        await until("an answer from the machine", async () => {
          await lab.tryRun(["ip", "netns", "exec", "y", "ping", "-c", "1", "-W", "0.2", "10.9.0.77"]);
          return (await lab.ip("-n y neigh show dev eth0")).includes(`10.9.0.77 lladdr ${MAC}`);
        });
        // That somebody has it open is no change of it.
        assert.deepEqual(await provider.read("Tap", "it1", made[1] as never), made[1]);
      } finally {
        machine.kill("SIGKILL");
        await machine;
      }
      for (const [type] of [...things].reverse()) await provider.delete(type, "it", made.pop() as never);
    });

    it("is an element of a Topology", async () => {
      const { lab, provider } = fixture;
      const lab0 = {
        namespaces: [{ name: "tapped" }],
        bridges: [{ name: "br0", namespace: "tapped" }],
        taps: [
          { name: "vm0", namespace: "tapped", mac: "02:00:00:00:00:0a", user: "root" },
          { name: "vm1", namespace: "x", mode: "tun", up: false },
        ],
        bridgePorts: [{ namespace: "tapped", bridge: "br0", device: "vm0" }],
      };
      const made = await provider.create("Topology", "lab", lab0);
      assert.match(await lab.ip("-n tapped link show vm0"), /master br0 .*02:00:00:00:00:0a.*alias pulumi:/s);
      assert.deepEqual(await provider.read("Topology", "lab", made), made);
      await lab.ip("-n tapped link set vm0 mtu 1300");
      await lab.ip("-n x link del vm1");
      const seen = await provider.read("Topology", "lab", made);
      assert.ok(seen);
      const again = await provider.update("Topology", "lab", seen, lab0);
      assert.equal((await linkIn(lab, "x", "vm1")).ifalias, again.state.__mark);
      await provider.delete("Topology", "lab", again);
    });
  });
}
