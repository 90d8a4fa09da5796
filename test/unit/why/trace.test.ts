import assert from "node:assert/strict";
import type { Frame } from "../../../provider/why/frame";
import { isAbout } from "../../../provider/why/trace";

const ENDS = ["10.0.1.2", "10.0.1.1"];
const MAC = "02:00:00:00:00:01";
const GROUP = { inet: "ff:ff:ff:ff:ff:ff", inet6: "33:33:ff:00:00:02" };

function asks(about: string, from: string, to: string): Frame {
  return { macs: { from: "02:00:00:00:00:02", to }, asks: { about, from } };
}

describe("What belongs to a packet that is traced", () => {
  const packet = (from: string, to: string): Frame => ({
    macs: { from: MAC, to: MAC },
    packet: { from, to, ttl: 64, protocol: 1, length: 84 },
  });

  it("is each packet of one of its addresses, and no other", () => {
    assert.ok(isAbout(packet("10.0.1.1", "10.0.1.2"), ENDS));
    assert.ok(isAbout(packet("192.0.2.1", "10.0.1.2"), ENDS), "the sender translated");
    assert.ok(!isAbout(packet("192.0.2.1", "192.0.2.2"), ENDS));
  });

  it("is a question that the packet waits for, of either family", () => {
    assert.ok(isAbout(asks("10.0.1.2", "10.0.1.1", GROUP.inet), ENDS));
    assert.ok(isAbout(asks("10.0.1.2", "0.0.0.0", GROUP.inet), ENDS), "of a router without an address");
    assert.ok(isAbout(asks("fe80::1", "fe80::2", GROUP.inet6), ENDS), "for a route by a gateway of the other family");
  });

  it("is no question that the kernel asks on its own", () => {
    assert.ok(!isAbout(asks("fe80::1", "::", GROUP.inet6), ENDS), "duplicate address detection");
    assert.ok(!isAbout(asks("10.0.1.2", "10.0.1.2", GROUP.inet), ENDS), "an announcement");
    assert.ok(!isAbout(asks("fe80::1", "fe80::2", MAC), ENDS), "is a known neighbour still there?");
  });
});
