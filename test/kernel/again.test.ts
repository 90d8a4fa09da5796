import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { kernelSuite } from "../support/suites/kernelSuite";
import { until } from "../support/suites/until";

const CASES: { type: string; inputs: Json; changed?: Json }[] = [
  { type: "Namespace", inputs: { name: "z" }, changed: { name: "z", loopbackUp: false } },
  {
    type: "VethPair",
    inputs: { a: { name: "va", namespace: "x" }, b: { name: "vb", namespace: "y" } },
    changed: { a: { name: "va", namespace: "x", mtu: 1300 }, b: { name: "vb", namespace: "y", mtu: 1300 } },
  },
  { type: "Address", inputs: { namespace: "x", device: "lo", address: "10.0.0.1/32" } },
  {
    type: "Sysctl",
    inputs: { namespace: "x", key: "net.ipv4.ip_forward", value: "1" },
    changed: { namespace: "x", key: "net.ipv4.ip_forward", value: "0" },
  },
];

/** Only these change something; what the provider looks at, and what it takes back, goes through. */
const LOOKS = /ip -(j|d)|ip .*-j|sysctl -n|sysctl -a|^(readFile|readFolder|stat|whyForeign) /;

kernelSuite("An operation that is called again", (fixture) => {
  for (const { type, inputs, changed } of CASES) {
    it(`has the same end after a failure, as with an onError hook: ${type} [40]`, async () => {
      const { lab, provider } = fixture;
      const failOnce = async <T>(call: () => Promise<T>): Promise<T> => {
        let failed = "";
        provider.failOn((command) => {
          if (failed !== "" || LOOKS.test(command)) return false;
          failed = command;
          return true;
        });
        await assert.rejects(call(), /refused by the test/);
        assert.notEqual(failed, "");
        return call();
      };
      const made = await failOnce(() => provider.create(type, "one", inputs));
      const now = changed ? await failOnce(() => provider.update(type, "one", made, changed)) : made;
      assert.deepEqual((await provider.read(type, "one", now))?.state, now.state);
      await failOnce(() => provider.delete(type, "one", now));
      await provider.delete(type, "one", now);
      assert.equal((await lab.ip("-n x addr show dev lo")).includes("10.0.0.1"), false);
      assert.equal((await lab.ip("netns exec x sysctl -n net.ipv4.ip_forward")).trim(), "0");
    });

    it(`finds nothing left to delete where the namespace is gone, and is content with that: ${type} [34]`, async () => {
      const { lab, provider } = fixture;
      if (type !== "Namespace") await lab.ip("netns add z");
      const inZ = JSON.parse(JSON.stringify(inputs).replace('"namespace":"x"', '"namespace":"z"'));
      const made = await provider.create(type, "one", inZ);
      await lab.ip("netns del z");
      await until("the end of it", async () => (await provider.read(type, "one", made)) === undefined);
      await provider.delete(type, "one", made);
      await provider.delete(type, "one", made);
      assert.doesNotMatch(await lab.ip("netns list"), /\bz\b/);
    });
  }
});
