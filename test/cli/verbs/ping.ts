import assert from "node:assert/strict";
import type { VerbTests } from "../../support/suites/cliLab";
import { WITHOUT_RIGHTS } from "./ls";

const PAIRS = [
  ["left", "right", "10.3.2.2"],
  ["left", "router", "10.3.1.1"],
  ["right", "left", "10.3.1.2"],
  ["right", "router", "10.3.2.1"],
  ["router", "left", "10.3.1.2"],
  ["router", "right", "10.3.2.2"],
];
const withoutTimes = (text: string) => text.replaceAll(/in [\d.]+ ms/g, "in … ms");

export const ping: VerbTests = (lab) => {
  it("writes a line a pair for programs, with what the program makes of it", async () => {
    const { exitCode, stdout } = await lab().type("netns ping");
    const lines = PAIRS.map((pair) => [...pair, "yes", "yes", "an answer in … ms"].join("\t"));
    assert.deepEqual([exitCode, withoutTimes(stdout)], [0, lines.join("\n")]);
  });

  it("draws for people who reaches whom", async () => {
    const env = { NO_COLOR: "1" };
    const { exitCode, stdout } = await lab().typeOnTerminal("netns ping", { env });
    const drawn = [
      "        left  right  router",
      "left          ✓      ✓",
      "right   ✓            ✓",
      "router  ✓     ✓",
      "6 of 6 reached, as expected",
    ];
    assert.deepEqual([exitCode, stdout], [0, drawn.join("\n")]);
    const one = await lab().typeOnTerminal("netns ping left right", { env });
    assert.deepEqual([one.exitCode, withoutTimes(one.stdout)], [0, "✓ left → right (10.3.2.2): an answer in … ms"]);
  });

  it("marks what is not as the program has it, and ends with 1", async () => {
    await lab().host.ip("netns exec router sysctl -qw net.ipv4.ip_forward=0");
    try {
      const { exitCode, stdout } = await lab().typeOnTerminal("netns ping left", { env: { NO_COLOR: "1" } });
      const drawn = [
        "      right  router",
        "left  ✗!     ✓",
        "left → right (10.3.2.2) should be reached; heard: nothing. See `netns why left 10.3.2.2`.",
        "1 of 2 reached, 1 not as expected",
      ];
      assert.deepEqual([exitCode, stdout], [1, drawn.join("\n")]);
      const udp = await lab().typeOnTerminal("netns ping left --udp 82 -W 0.2", { env: { NO_COLOR: "1" } });
      assert.match(udp.stdout, /See `netns why left 10\.3\.2\.2 --udp 82`\./);
      assert.equal((await lab().type("netns ping left right -W 0.2")).exitCode, 1);
    } finally {
      await lab().host.ip("netns exec router sysctl -qw net.ipv4.ip_forward=1");
    }
  });

  it("sends what it is told to, and gives all of it as JSON", async () => {
    const { exitCode, stdout } = await lab().type("netns ping left 10.3.2.2 --tcp 80 --json");
    const refused = { heard: "refused", from: "10.3.2.2" };
    const one = { from: "left", to: "10.3.2.2", address: "10.3.2.2", family: "inet", expected: true };
    assert.deepEqual(
      [exitCode, JSON.parse(stdout)],
      [1, [{ ...one, reached: "refused", rttMs: null, heard: refused }]],
    );
    const all = await lab().type("netns ping left --tcp 80");
    assert.match(all.stdout, /^left\tright\t10\.3\.2\.2\trefused\tyes\t`Connection refused`/);
    assert.equal(all.exitCode, 0);
    const drawn = await lab().typeOnTerminal("netns ping left --tcp 80", { env: { NO_COLOR: "1" } });
    assert.match(drawn.stdout, /\n0 of 2 reached, 2 refused, as expected$/);
    const big = await lab().type("netns ping left router --size 1473 --dont-fragment");
    assert.match(big.stdout, /\tno\tno\tnothing was sent: it is too big \(EMSGSIZE, mtu 1500\)$/);
  });

  it("says who is not there, and what rights it takes", async () => {
    const none = await lab().type("netns ping left rihgt");
    assert.equal(none.exitCode, 3);
    assert.match(none.stderr, /^error: the stack has no host rihgt\n {2}Did you mean right\?/);
    assert.equal((await lab().type("netns ping -6")).exitCode, 3);
    const same = await lab().type("netns ping left left");
    assert.equal(same.exitCode, 3);
    assert.match(same.stderr, /^error: there is nobody to ping\n {2}left is the sender and the target\n/);
    const barred = await lab().type(`${WITHOUT_RIGHTS} netns ping`);
    assert.equal(barred.exitCode, 3);
    assert.match(barred.stderr, /Run it as root/);
  });
};
