import assert from "node:assert/strict";
import path from "node:path";
import type { VerbTests } from "../../support/suites/cliLab";
import { needs } from "../../support/suites/needs";
import { until } from "../../support/suites/until";

/** Types a line that captures, in a process group of its own as in a terminal, and others as soon as it listens. */
export const WHILE = (capture: string, ...then: string[]) => `
  rm -f said; touch said
  setsid ${capture} 2>said & job=$!
  until grep -q '^listening on' said; do kill -0 $job || exit 99; sleep 0.02; done
  ${then.join("\n")}
  wait $job; code=$?
  cat said >&2; exit $code`;
const PING = "netns exec left -- ping -c 1 -W 5 10.3.2.2 >/dev/null";
const CTRL_C = "kill -INT -- -$job";

export const capture: VerbTests = (lab) => {
  before(needs("tcpdump", "capinfos", "tshark"));

  const processes = async () => (await lab().host.processes()).length;
  const nothingRuns = (before: number) => until("an end of all it started", async () => (await processes()) <= before);

  it("shows both ends of a cable in one list, by the kernel's time, in the words of tcpdump", async () => {
    const { exitCode, stdout, stderr } = await lab().type(WHILE("netns capture left icmp -c 4", PING));
    const lines = stdout
      .split("\n")
      .map((line) => /^\d\d:\d\d:\d\d\.\d{6} (.*), id \d+, seq 1, length 64$/.exec(line)?.[1]);
    assert.deepEqual(lines, [
      "left/eth0      IP 10.3.1.2 > 10.3.2.2: ICMP echo request",
      "router/to-left IP 10.3.1.2 > 10.3.2.2: ICMP echo request",
      "router/to-left IP 10.3.2.2 > 10.3.1.2: ICMP echo reply",
      "left/eth0      IP 10.3.2.2 > 10.3.1.2: ICMP echo reply",
    ]);
    assert.equal(
      stderr,
      "listening on left/eth0, router/to-left\n4 frames captured\n" +
        "left/eth0: 2 captured, 2 received by filter, 0 dropped by kernel\n" +
        "router/to-left: 2 captured, 2 received by filter, 0 dropped by kernel",
    );
    assert.equal(exitCode, 0);
  });

  it("writes a pcapng file with an interface for each end, whole after Ctrl-C, for Wireshark", async () => {
    const before = await processes();
    const line = WHILE("netns capture left right/eth0 'icmp or arp' -w ping.pcapng", PING, CTRL_C);
    assert.deepEqual(
      await lab()
        .type(line)
        .then(({ exitCode, stdout }) => [exitCode, stdout]),
      [0, ""],
    );
    const infos = (await lab().type("capinfos -M ping.pcapng")).stdout;
    assert.deepEqual(
      [...infos.matchAll(/Name = (.*)|Filter string = (.*)|Time precision = (.*)/g)].map((found) =>
        found.slice(1).join(""),
      ),
      ["left/eth0", "router/to-left", "right/eth0"].flatMap((name) => [name, "nanoseconds (9)", "icmp or arp"]),
    );
    assert.match(infos, /Strict time order: +True/);
    const fields = ["frame.interface_name", "icmp.type"].flatMap((field) => ["-e", field]);
    const shown = await lab().type(`tshark -n -r ping.pcapng -Y icmp -T fields ${fields.join(" ")} 2>/dev/null`);
    assert.deepEqual(shown.stdout.split("\n"), [
      ...["left/eth0\t8", "router/to-left\t8", "right/eth0\t8"],
      ...["right/eth0\t0", "router/to-left\t0", "left/eth0\t0"],
    ]);
    await nothingRuns(before);
  });

  it("loses nothing that the kernel has seen before it is ended", async () => {
    const flood = "netns exec left -- ping -q -i 0 -c 500 10.3.2.2 >/dev/null";
    const { exitCode, stderr } = await lab().type(WHILE("netns capture left icmp -w flood.pcapng", flood, CTRL_C));
    assert.equal(exitCode, 0);
    const infos = (await lab().type("capinfos -c -M flood.pcapng")).stdout;
    assert.match(infos, new RegExp(`packets: +${2 * 2 * 500}$`, "m"), stderr);
  });

  it("writes a line of JSON for each frame", async () => {
    const line = WHILE("netns capture right/eth0 icmp -c 2 --json", PING);
    const frames = (await lab().type(line)).stdout.split("\n").map((frame) => JSON.parse(frame));
    assert.deepEqual(
      frames.map(({ host, device, length }) => [host, device, length]),
      [
        ["right", "eth0", 98],
        ["right", "eth0", 98],
      ],
    );
    assert.match(frames[0].time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    assert.match(frames[0].text, /^IP 10\.3\.1\.2 > 10\.3\.2\.2: ICMP echo request/);
    assert.equal(frames[0].frame.length, 2 * 98);
    assert.ok(frames[0].time < frames[1].time);
  });

  it("listens on all devices of a host that are up, and says the MAC addresses when asked to", async () => {
    const { stdout, stderr } = await lab().type(WHILE("netns capture left/ icmp -e -c 1", PING));
    assert.match(stderr, /^listening on left\/eth0, left\/lo\n/);
    assert.match(stdout, /^\S+ left\/eth0 {1,2}([0-9a-f:]{17}) > ([0-9a-f:]{17}), ethertype IPv4/);
  });

  it("ends by what ends it: time, SIGTERM, a pipe that nobody reads, and even SIGKILL leaves nothing running", async () => {
    const before = await processes();
    assert.equal((await lab().type("netns capture left --duration 0.1")).exitCode, 0);
    assert.equal((await lab().type(WHILE("netns capture left", "kill -TERM $job"))).exitCode, 0);
    const flood = "netns exec left -- ping -c 20 -i 0.05 10.3.2.2 >/dev/null";
    const piped = await lab().type(
      WHILE("bash -c 'set -o pipefail; netns capture left icmp | head -n 1 >/dev/null'", flood),
    );
    assert.equal(piped.exitCode, 0);
    await nothingRuns(before);
    const killed = await lab().type(WHILE("netns capture left", "kill -KILL $job"));
    assert.equal(killed.exitCode, 137);
    await nothingRuns(before);
  });

  it("ends by itself with a whole file when a device vanishes, and says so", async () => {
    const { host } = lab();
    await host.run(["sh", "-c", "ip netns add byhand; ip -n byhand link add x0 type veth peer name x1"]);
    try {
      const down = await lab().type("netns capture byhand/x0");
      assert.equal(down.exitCode, 3);
      assert.match(down.stderr, /^error: could not listen on byhand\/x0\n {2}x0: That device is not up$/);
      await host.run(["sh", "-c", "ip -n byhand link set x0 up; ip -n byhand link set x1 up"]);
      const gone = await lab().type(
        WHILE("netns capture byhand/x0 byhand/x1 -w gone.pcapng", "ip -n byhand link del x0"),
      );
      assert.equal(gone.exitCode, 3);
      assert.match(gone.stderr, /^byhand\/x0: The interface disappeared$/m);
      assert.match((await lab().type("capinfos -M gone.pcapng")).stdout, /Number of interfaces in file: 2/);
    } finally {
      await host.run(["ip", "netns", "del", "byhand"]);
    }
  });

  it("says what is wrong: the name, the filter, the options", async () => {
    const said = async (line: string) => {
      const { exitCode, stderr } = await lab().type(line);
      return [exitCode, ...stderr.split("\n")];
    };
    assert.deepEqual(await said("netns capture lfet"), [
      3,
      "error: nothing in the lab is called lfet",
      "  Name a cable or a bridge by its resource, HOST/DEVICE, or a host; `netns ls` lists hosts and devices.",
    ]);
    const [code, first, second] = await said("netns capture left/eth0 nonsense");
    assert.deepEqual([code, first], [3, "error: could not listen on left/eth0"]);
    assert.match(String(second), /nonsense|syntax error/);
    assert.equal((await said("netns capture left -c none"))[0], 2);
    assert.equal((await said("netns capture left --json -w file"))[0], 2);
    assert.equal((await said("netns capture"))[0], 2);
  });

  it("needs no stack for HOST/DEVICE, and says what to install where there is no tcpdump", async () => {
    const folder = path.join(lab().stack.folder, "few");
    const links = ["node", "sh", "cat"].map((name) => `ln -sf "$(command -v ${name})" ${folder}/${name}`);
    const ran = await lab().type(
      `mkdir -p ${folder}; ${links.join("; ")}; cd /; PATH=${folder} $(command -v netns) capture left/eth0`,
    );
    assert.equal(
      ran.stderr,
      "error: could not listen on left/eth0\n  there is no tcpdump\n" +
        "  Install it where the lab is, with `apt-get install tcpdump` or the like.",
    );
    assert.equal(ran.exitCode, 3);
  });
};
