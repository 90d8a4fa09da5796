import assert from "node:assert/strict";
import { pairsOf } from "../../../cli/ping/pairs";
import type { Stack } from "../../../cli/stack";
import { graphOfLines } from "../../support/inputs/labLines";

describe("whom `netns ping` tries", () => {
  it("are hosts by the addresses of IPv6 that they have made themselves, too; of those the program expects nothing", () => {
    const graph = graphOfLines(`
      cable r/eth0 h/eth0
      address r/eth0 10.0.0.1/24
      address h/eth0 10.0.0.2/24
      address r/eth0 2001:db8::1/64`);
    const options = { protocol: "icmp" as const };
    const learnt = new Map([["h", "2001:db8::2"]]);
    const told = (more: object) =>
      pairsOf({ graph } as Stack, ["inet", "inet6"], { options, ...more }).map(
        ({ from, to, address, expected }) => `${from} ${to} ${address} ${expected}`,
      );
    assert.deepEqual(told({}), ["h r 10.0.0.1 true", "r h 10.0.0.2 true"]);
    assert.deepEqual(told({ learnt }), [
      "h r 10.0.0.1 true",
      "h r 2001:db8::1 undefined",
      "r h 10.0.0.2 true",
      "r h 2001:db8::2 undefined",
    ]);
  });
});
