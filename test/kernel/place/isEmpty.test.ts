import assert from "node:assert/strict";
import path from "node:path";
import { bundle, UserLab } from "../../support/labHost/userLab";

/** What makes something in a sandbox, and takes it away. */
const LEFT: [what: string, make: string, end: string][] = [
  ["a namespace", "ip netns add h1", "ip netns del h1"],
  ["a device", "ip link add br0 type bridge", "ip link del br0"],
  ["an address", "ip addr add 10.0.0.1/32 dev lo", "ip addr del 10.0.0.1/32 dev lo"],
  ["a setting", "sysctl -qw net.ipv4.ip_forward=1", "sysctl -qw net.ipv4.ip_forward=0"],
  [
    "a process",
    "setsid sleep 1000 >/dev/null 2>&1 & echo $! >/run/pid",
    "kill $(cat /run/pid); timeout 20 tail --pid=$(cat /run/pid) -f /dev/null",
  ],
];

describe("What a sandbox has left", () => {
  let user: UserLab;
  before(async () => {
    user = await UserLab.start();
    const options = { external: ["koffi", "./nftablesChild"] };
    await bundle("test/support/place/emptyDriver.ts", path.join(user.folder, "plugin/server/empty.js"), options);
  });
  after(() => user.stop());

  it("is nothing when it is new and its loopback is up, and what somebody has made or started there", async () => {
    const scripts = LEFT.flatMap(([, make, end]) => [make, end]);
    const file = path.join(user.folder, "plugin/server/empty.js");
    const said = await user.run(user.inside("one", process.execPath, file, "true", "ip link set lo up", ...scripts));
    const [isNew, isUp, ...others] = JSON.parse(said) as boolean[];
    assert.deepEqual([isNew, isUp], [true, true]);
    const told = LEFT.map(([what], at) => [what, others[2 * at], others[2 * at + 1]]);
    assert.deepEqual(
      told,
      LEFT.map(([what]) => [what, false, true]),
    );
  });
});
