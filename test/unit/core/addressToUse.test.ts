import assert from "node:assert/strict";
import { addressToUse } from "../../../provider/core/addressToUse";
import { familyOf } from "../../../provider/core/ip";

describe("the address to use for a host", () => {
  const of = (text: string) =>
    text.split(" ").map((one) => {
      const [on = "", address = ""] = one.split("=");
      return { on, address, family: familyOf(address) };
    });
  const isNear = ({ on }: { on: string }, other: { on: string }) => on === other.on;

  for (const [what, ours, theirs, address] of [
    ["on a network of both", "e1=10.0.1.1", "e0=10.0.0.2 e1=10.0.1.2", "10.0.1.2"],
    ["else not on lo", "e1=10.0.1.1", "lo=10.9.9.9 e0=10.0.0.2", "10.0.0.2"],
    ["else on lo", "e1=10.0.1.1", "lo=10.9.9.9", "10.9.9.9"],
    ["of IPv4 first", "e1=fd00::1 e1=10.0.1.1", "e1=fd00::2 e0=10.0.0.2", "10.0.0.2"],
    ["of the family that both have", "e1=fd00::1", "e0=10.0.0.2 e1=fd00::2", "fd00::2"],
    ["not one that the sender has as well", "lo=10.9.9.9 e1=10.0.1.1", "lo=10.9.9.9 e0=10.0.0.2", "10.0.0.2"],
    ["of the other family, where the sender has that", "lo=10.9.9.9 e1=fd00::1", "lo=10.9.9.9 e1=fd00::2", "fd00::2"],
    ["that the sender has as well, where there is no other", "lo=10.9.9.9", "lo=10.9.9.9", "10.9.9.9"],
  ] as const)
    it(`is one ${what}`, () => assert.equal(addressToUse(of(ours), of(theirs), isNear), address));

  it("is of the family that is asked for", () => {
    assert.equal(addressToUse(of("e1=10.0.1.1"), of("e1=10.0.1.2 e1=fd00::2"), isNear, "inet6"), "fd00::2");
  });
});
