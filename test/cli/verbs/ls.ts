import assert from "node:assert/strict";
import type { VerbTests } from "../../support/suites/cliLab";

const ROWS = [
  "left\teth0\tveth\tUP\t1500\t10.3.1.2/24\trouter/to-left",
  "right\teth0\tveth\tUP\t1500\t10.3.2.2/24\trouter/to-right",
  "router\tto-left\tveth\tUP\t1500\t10.3.1.1/24\tleft/eth0",
  "router\tto-right\tveth\tUP\t1500\t10.3.2.1/24\tright/eth0",
];

export const ls: VerbTests = (lab) => {
  it("writes a line a device for programs", async () => {
    assert.deepEqual(await lab().type("netns ls"), { exitCode: 0, stdout: ROWS.join("\n"), stderr: "" });
    assert.equal((await lab().type("netns ls | head -n 1")).stdout, ROWS[0]);
  });

  it("draws a table for people, with colours unless they are not wanted", async () => {
    const shown = await lab().typeOnTerminal("netns ls");
    assert.match(shown.stdout, /HOST.*DEVICE.*TYPE.*STATE.*MTU.*ADDRESSES.*LEADS TO/);
    assert.ok(
      shown.stdout.includes("\nleft    eth0      veth  \u001b[32mUP\u001b[39m     1500  10.3.1.2/24  router/to-left\n"),
    );
    const plain = await lab().typeOnTerminal("netns ls", { env: { NO_COLOR: "1" } });
    assert.ok(plain.stdout.startsWith("HOST    DEVICE    TYPE  STATE  MTU   ADDRESSES    LEADS TO\n"));
  });

  it("gives all that it knows as JSON", async () => {
    const hosts = JSON.parse((await lab().type("netns ls --json")).stdout);
    assert.deepEqual(
      hosts.map(({ name, resource }: { name: string; resource: string }) => [name, resource]),
      [
        ["left", "left"],
        ["right", "right"],
        ["router", "router"],
      ],
    );
    const { mac, ...eth0 } = hosts[0].devices[0];
    assert.match(mac, /^[0-9a-f:]{17}$/);
    assert.deepEqual(eth0, {
      ...{ name: "eth0", resource: "left", type: "veth", state: "UP", up: true, mtu: 1500 },
      ...{ addresses: ["10.3.1.2/24"], peer: { host: "router", device: "to-left" }, bridge: null, parent: null },
    });
  });

  it("takes no rights", async () => {
    assert.equal((await lab().type(`${WITHOUT_RIGHTS} netns ls`)).stdout, ROWS.join("\n"));
  });
};

/** Still root, so that it may read the project, but with no capability. */
export const WITHOUT_RIGHTS = "setpriv --inh-caps=-all --bounding-set=-all";
