import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ip } from "../../../provider/kernel/step";
import { writeSysctl } from "../../../provider/kernel/sysctl";
import { lostBy, noneLost } from "../../../provider/kernel/sysctlLosses";
import { othersOf, withoutSideEffects } from "../../../provider/kernel/sysctlOthers";
import { alongWith, oneName, RESETS, SAME } from "../../../provider/kernel/sysctlResets";

const FORWARD = "net.ipv4.ip_forward";
const OF_D1 = "net.ipv4.conf.d1.forwarding";
const set = (key: string, value: string, netns = "a") => writeSysctl(netns, key, value);

describe("what resets what", () => {
  const cases: [key: string, value: string, other: string, made: string | undefined][] = [
    [FORWARD, "1", OF_D1, "1"],
    ["net.ipv4.conf.all.forwarding", "1", "net.ipv4.conf.eth0/100.forwarding", "1"],
    [FORWARD, "1", "net.ipv4.conf.all.accept_redirects", "0"],
    [FORWARD, "0", "net.ipv4.conf.all.accept_redirects", "1"],
    [FORWARD, "1", "net.ipv6.conf.d1.forwarding", undefined],
    ["net.ipv4.conf.default.rp_filter", "2", "net.ipv4.conf.d1.rp_filter", "2"],
    ["net.ipv4.conf.default.forwarding", "1", OF_D1, undefined],
    ["net.ipv4.conf.all.rp_filter", "1", "net.ipv4.conf.d1.rp_filter", undefined],
    ["net.ipv6.conf.all.forwarding", "1", "net.ipv6.conf.d1.force_forwarding", undefined],
    ["net.ipv6.conf.all.forwarding", "0", "net.ipv6.conf.d1.force_forwarding", "0"],
    ["net.ipv6.conf.all.disable_ipv6", "1", "net.ipv6.conf.default.disable_ipv6", "1"],
  ];
  for (const [key, value, other, made] of cases) {
    it(`${key}=${value} makes ${other} ${made ?? "nothing else"}`, () =>
      assert.equal(alongWith(key, value, other), made));
  }

  it("is told in docs/sysctls.md, row by row", () => {
    const page = readFileSync("docs/sysctls.md", "utf8");
    const words = { opposite: "the opposite", zeroByZero: "0, when it is 0" };
    const rows = RESETS.map(({ writing, sets, to, unlessSet }) => {
      const value = to === undefined ? `the same${unlessSet ? ", unless set" : ""}` : words[to];
      return `| \`${writing}\` | ${sets.map((one) => `\`${one}\``).join(", ")} | ${value} |`;
    });
    const names = SAME.map(([name, other]) => `| \`${name}\` | \`${other}\` |`);
    const told = page.split("\n").filter((line) => line.startsWith("| `"));
    assert.deepEqual(told, [...rows, ...names]);
  });

  it("knows a setting by one of its names", () => {
    assert.equal(oneName("net.ipv4.conf.all.forwarding"), FORWARD);
    assert.equal(oneName("net.ipv6.neigh.d1.retrans_time"), "net.ipv6.neigh.d1.retrans_time_ms");
    assert.equal(oneName("net.ipv6.neigh.default.retrans_time"), "net.ipv6.neigh.default.retrans_time_ms");
    assert.equal(oneName(OF_D1), OF_D1);
  });
});

describe("what steps lose of what was set", () => {
  const cases: [what: string, step: Parameters<typeof lostBy>[0][number], key: string, isLost: boolean][] = [
    ["a key that sets it along", set(FORWARD, "1"), OF_D1, true],
    ["the same key in another namespace", set(FORWARD, "1", "b"), OF_D1, false],
    ["itself", set(OF_D1, "1"), OF_D1, false],
    [
      "the device's mtu",
      ip("a", "", ["link", "set", "dev", "d.1", "mtu", "1400"]),
      "net.ipv6.conf.d/1.accept_ra",
      true,
    ],
    ["its coming up", ip("a", "", ["link", "set", "dev", "d1", "up"]), "net.ipv6.conf.d1.mtu", true],
    [
      "its coming up, as for the rest",
      ip("a", "", ["link", "set", "dev", "d1", "up"]),
      "net.ipv6.conf.d1.accept_ra",
      false,
    ],
    ["another device's mtu", ip("a", "", ["link", "set", "dev", "d2", "mtu", "1400"]), "net.ipv6.conf.d1.mtu", false],
  ];
  for (const [what, step, key, isLost] of cases) {
    it(`${isLost ? "is" : "is not"} ${key} by ${what}`, () => assert.equal(lostBy([step])(set(key, "0")), isLost));
  }

  it("is set behind them, also where it has its value already", () => {
    const [first, last] = [set(FORWARD, "1"), set(OF_D1, "0")];
    assert.deepEqual(noneLost([last, first], [last, first]), [first, last]);
    assert.deepEqual(noneLost([first], [last, first]), [first, last]);
  });
});

describe("a setting as it was before others of the stack", () => {
  const forward = {
    namespace: "a",
    key: FORWARD,
    value: "1",
    previousValue: "0",
    previousOthers: ["net.ipv4.conf.d2.forwarding=1"],
  };
  const found = (key: string, value: string) => ({ namespace: "a", key, value, previousValue: value });

  it("has what these have not made of it", () => {
    assert.equal(withoutSideEffects(found(OF_D1, "1"), [forward]).previousValue, "0");
    assert.equal(withoutSideEffects(found("net.ipv4.conf.d2.forwarding", "1"), [forward]).previousValue, "1");
    assert.equal(withoutSideEffects(found("net.ipv4.conf.all.accept_redirects", "0"), [forward]).previousValue, "1");
    assert.equal(withoutSideEffects(found(OF_D1, "0"), [forward]).previousValue, "0", "set by somebody since");
    assert.equal(withoutSideEffects({ ...found(OF_D1, "1"), namespace: "b" }, [forward]).previousValue, "1");
  });

  it("remembers of what it sets along what does not come back by itself", () => {
    const all = new Map([
      [OF_D1, "1"],
      ["net.ipv4.conf.d2.forwarding", "0"],
    ]);
    assert.deepEqual(othersOf(FORWARD, "0", all), [`${OF_D1}=1`]);
    const held = { namespace: "a", key: OF_D1, value: "1", previousValue: "0" };
    const made = withoutSideEffects({ ...found(FORWARD, "0"), previousOthers: [`${OF_D1}=1`] }, [held]);
    assert.deepEqual(made.previousOthers, []);
  });
});
