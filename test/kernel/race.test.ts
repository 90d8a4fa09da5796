import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { kernelSuite } from "../support/suites/kernelSuite";
import { needs } from "../support/suites/needs";

/** What each kind makes, the command that makes it, and what somebody else puts in its place just before that. */
const RACES: { type: string; inputs: Json; command: RegExp; foreign: string; look: string; end: string }[] = [
  {
    type: "Namespace",
    inputs: { name: "z" },
    command: /netns add/,
    foreign: "netns add z",
    look: "-n z -j link show dev lo",
    end: "netns del z",
  },
  ...(["va", "vb"] as const).map((name) => ({
    type: "VethPair",
    inputs: { a: { name: "va", namespace: "x" }, b: { name: "vb", namespace: "y" } },
    command: /link add/,
    foreign: `-n ${name === "va" ? "x" : "y"} link add name ${name} type bridge`,
    look: `-n ${name === "va" ? "x" : "y"} -j -d link show dev ${name}`,
    end: `-n ${name === "va" ? "x" : "y"} link del ${name}`,
  })),
  {
    type: "Address",
    inputs: { namespace: "x", device: "lo", address: "10.0.0.1/32" },
    command: /addr add/,
    foreign: "-n x addr add 10.0.0.1/32 dev lo",
    look: "-n x -j addr show dev lo",
    end: "-n x addr del 10.0.0.1/32 dev lo",
  },
];

kernelSuite("A thing that somebody else makes in the last moment", (fixture) => {
  for (const { type, inputs, command, foreign, look, end } of RACES) {
    it(`is refused and left as it is: ${type}, \`ip ${foreign}\` [55]`, async () => {
      const { lab, provider } = fixture;
      let before = "";
      provider.overtakeBefore(command, async () => {
        await lab.ip(foreign);
        before = await lab.ip(look);
      });
      await assert.rejects(provider.create(type, "one", inputs), (error: Error) => {
        assert.match(error.message, /exists/);
        return true;
      });
      assert.notEqual(before, "");
      assert.equal(await lab.ip(look), before);
      await lab.ip(end);
      const made = await provider.create(type, "one", inputs);
      await provider.delete(type, "one", made);
    });
  }
});

/** What is made in a namespace, and the command that does it. */
const MAKINGS: [type: string, inputs: Json, command: RegExp][] = [
  ["VethPair", { a: { name: "va", namespace: "x" }, b: { name: "vb", namespace: "z" } }, /link add/],
  ["Bridge", { namespace: "z", name: "br0" }, /link add/],
  ["Tap", { namespace: "z", name: "tap0" }, /tuntap add/],
  ["LinkSettings", { namespace: "z", device: "lo", mtu: 1500 }, /link set/],
  ["Sysctl", { namespace: "z", key: "net.ipv4.ip_forward", value: 1 }, /sysctl -/],
  ["Address", { namespace: "z", device: "lo", address: "10.0.0.1/32" }, /addr add/],
  ["Neighbor", { namespace: "z", device: "lo", address: "2001:db8::2", mac: "02:00:00:00:00:0a" }, /neigh replace/],
  ["Route", { namespace: "z", destination: "10.9.0.0/16", type: "blackhole" }, /route add/],
  ["Rule", { namespace: "z", priority: 100, table: 100 }, /rule add/],
  ["Firewall", { namespace: "z", name: "fw", rules: "chain in { }" }, /nft/],
];

kernelSuite("A namespace that somebody removes in the last moment", (fixture) => {
  before(needs("nft"));

  for (const [type, inputs, command] of MAKINGS) {
    it(`is what the error is about: ${type}`, async () => {
      const { lab, provider } = fixture;
      await lab.ip("netns add z");
      provider.overtakeBefore(command, () => lab.ip("netns del z"));
      await assert.rejects(provider.create(type, "one", inputs), (error: Error) => {
        // A socket that was open in there may have had it live a moment longer.
        assert.match(
          error.message,
          /\n {2}(?:There is no namespace z\. |Something else .*, or removes its namespace: )/,
        );
        return true;
      });
      assert.doesNotMatch(await lab.ip("netns"), /^z/m);
    });
  }
});
