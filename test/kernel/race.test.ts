import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { kernelSuite } from "../support/kernelSuite";

/** What each kind makes, the command that makes it, and what somebody else puts in its place just before that. */
const RACES: { type: string; inputs: Json; command: RegExp; foreign: string; look: string; end: string }[] = [
  {
    type: "Namespace",
    inputs: { name: "z" },
    command: /unshare/,
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

kernelSuite("A thing that somebody else makes in the last moment", (bench) => {
  for (const { type, inputs, command, foreign, look, end } of RACES) {
    it(`is refused and left as it is: ${type}, \`ip ${foreign}\` [55]`, async () => {
      const { lab, provider } = bench;
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
