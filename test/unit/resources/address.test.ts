import assert from "node:assert/strict";
import { knownParts, parse } from "../../../provider/core/check";
import { type Json, Unknown } from "../../../provider/core/values";
import { kindNamed } from "../../support/inputs/states";

const kind = kindNamed("Address");

describe("what goes together in an address", () => {
  const check = (more: Json) => {
    const values = { device: "veth0", address: "10.0.1.1/24", ...more };
    const { parsed, faults } = parse(kind.inputs, values);
    const known = faults.length > 0 ? knownParts(values, faults) : knownParts(parsed, []);
    return [...faults, ...(kind.crossCheck?.(known) ?? [])].map(({ path, reason }) => `${path.join(".")} ${reason}`);
  };
  const SIX = "2001:db8::1/64";

  const cases: [values: Json, faults: string[]][] = [
    [{ peer: "10.0.1.2" }, []],
    [{ peer: "::1" }, ["peer is not of the family of `address`"]],
    [{ address: SIX, peer: "10.0.1.2" }, ["peer is not of the family of `address`"]],
    [{ broadcast: "10.0.1.255" }, []],
    [{ broadcast: "::1" }, ["broadcast is IPv6, which has no broadcast"]],
    [{ address: SIX, broadcast: "10.0.1.255" }, ["broadcast is only for IPv4: IPv6 has no broadcast"]],
    [{ address: SIX, broadcast: "::1" }, ["broadcast is IPv6, which has no broadcast"]],
    [{ label: "veth0" }, []],
    [{ label: "veth0:1" }, []],
    [{ label: "eth0:1" }, ["label must begin with the name of the device"]],
    [{ address: SIX, label: "veth0" }, ["label is only for IPv4"]],
    [{ scope: "link" }, []],
    [{ address: SIX, scope: "link" }, ["scope is only for IPv4: an IPv6 address determines its scope"]],
    [{ scope: "universe" }, ["scope must be global, site, link or host"]],
    [{ address: SIX, noDad: true }, []],
    [{ noDad: true }, ["noDad is only for IPv6"]],
    [{ noDad: false }, ["noDad is only for IPv6"]],
    [
      { address: SIX, peer: "10.0.1.2", label: "x", scope: "link" },
      [
        "peer is not of the family of `address`",
        "label is only for IPv4",
        "scope is only for IPv4: an IPv6 address determines its scope",
      ],
    ],
    [{ address: Unknown.value, peer: "::1", label: "veth0:1", noDad: true, scope: "link" }, []],
    [{ device: Unknown.value, label: "eth0:1" }, []],
    [{ device: "a/b", label: "eth0:1" }, ["device must not contain `/`"]],
    [
      { address: "10.0.1.1", peer: "::1" },
      ["address has no prefix length: write it as ADDRESS/LENGTH, such as 10.0.1.1/24 or 2001:db8::1/64"],
    ],
    [
      { scope: "universe", label: "eth0" },
      ["scope must be global, site, link or host", "label must begin with the name of the device"],
    ],
  ];
  for (const [values, faults] of cases) {
    it(`${JSON.stringify(values)}: ${faults.join("; ") || "yes"}`, () => assert.deepEqual(check(values), faults));
  }
});

describe("what is certain of an address before it is made", () => {
  const cases: [inputs: Json, network: string, family: string][] = [
    [{ address: "10.0.1.1/24" }, "10.0.1.0/24", "inet"],
    [{ address: "10.0.1.1/32", peer: "10.0.2.1" }, "10.0.2.1/32", "inet"],
    [{ address: "2001:db8::1/64" }, "2001:db8::/64", "inet6"],
    [{ address: "2001:db8::1/127" }, "2001:db8::/127", "inet6"],
  ];
  for (const [inputs, network, family] of cases) {
    it(`${JSON.stringify(inputs)} makes a route to ${network}`, () => {
      assert.deepEqual(kind.preview({ device: "veth0", ...inputs }), { family, network });
    });
  }
});

describe("the inputs for an address that was found", () => {
  const found = { device: "lo", scope: "global", label: "lo", family: "inet", network: "10.0.1.0/24" };
  const cases: [what: string, state: Json, inputs: Json][] = [
    ["leave out what it has by default", { ...found, address: "10.0.1.1/24" }, { address: "10.0.1.1/24" }],
    [
      "say what it has otherwise",
      { ...found, address: "10.0.1.1/24", scope: "link", label: "lo:1", peer: "10.0.2.1", broadcast: "10.0.1.255" },
      { address: "10.0.1.1/24", scope: "link", label: "lo:1", peer: "10.0.2.1", broadcast: "10.0.1.255" },
    ],
    [
      "know that 127.0.0.0/8 is of the host",
      { ...found, address: "127.0.0.2/8", scope: "host" },
      { address: "127.0.0.2/8" },
    ],
    [
      "say so when 127.0.0.0/8 is not of the host",
      { ...found, address: "127.0.0.2/8" },
      { address: "127.0.0.2/8", scope: "global" },
    ],
    [
      "leave out noDad where there was detection",
      { device: "lo", address: "2001:db8::1/64", noDad: false, family: "inet6", network: "2001:db8::/64" },
      { address: "2001:db8::1/64" },
    ],
    [
      "say noDad where there was none",
      { device: "lo", address: "2001:db8::1/64", noDad: true, family: "inet6", network: "2001:db8::/64" },
      { address: "2001:db8::1/64", noDad: true },
    ],
  ];
  for (const [what, state, inputs] of cases) {
    it(what, () => assert.deepEqual(kind.adopt(state), { device: "lo", ...inputs }));
  }
});
