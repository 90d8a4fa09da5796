import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { CheckRequest, type CheckResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { Config } from "../../../provider/core/config";
import type { Json, Path } from "../../../provider/core/values";
import { definitions } from "../../../provider/definitions";
import { handlersOf } from "../../../provider/server/handlers";
import { encode } from "../../../provider/server/property";
import { sections } from "../../support/model/findingsPage";
import { FakeHost, pluginOn } from "../../support/provider/fakeHost";
import { urn } from "../../support/provider/rpcs";

const { wrong = {}, right = {} } = sections().find(({ code }) => code === "cable-mtu") ?? {};
const { wrong: overlap = {} } = sections().find(({ code }) => code === "subnet-overlap") ?? {};

describe("the findings of a Topology that is checked", () => {
  function begin(config: Config) {
    const plugin = pluginOn(new FakeHost(), definitions);
    plugin.configure(config);
    const said: string[] = [];
    plugin.engine.log = (severity, message, about) =>
      said.push(`${severity} ${about === urn("Topology", "lab")} ${message}`);
    const check = async (inputs: Json, secrets: Path[] = []) => {
      const request = new CheckRequest().setUrn(urn("Topology", "lab")).setNews(encode(inputs, secrets));
      const response = (await handlersOf(plugin).check?.(request)) as CheckResponse;
      await setImmediate();
      return response.getFailuresList().map((one) => one.getReason());
    };
    return { check, said };
  }

  it("are warnings, with the code, the resources, what to do and the page, once in a run", async () => {
    const { check, said } = begin({});
    assert.deepEqual(await check(wrong), []);
    assert.deepEqual(await check(wrong), []);
    assert.deepEqual(said, [
      "warning true cable-mtu: h1/eth0 sends packets of up to 9000 bytes, but h2/eth0 at the other end accepts 1500: " +
        "larger packets are dropped there silently.\n  lab.vethPairs[0]: Give both ends the same `mtu`. (error, docs/findings.md#cable-mtu)",
    ]);
    assert.deepEqual(await check(right), []);
    assert.equal(said.length, 1);
  });

  it("are not said where the configuration says `off`", async () => {
    const { check, said } = begin({ findings: "off" });
    assert.deepEqual([await check(wrong), said], [[], []]);
  });

  it("refuse the program at the property with `error`, and only warn of what works in part", async () => {
    const { check, said } = begin({ findings: "error" });
    const [reason = "", ...more] = await check(wrong);
    assert.match(reason, /^vethPairs\[0\]: cable-mtu: /);
    assert.deepEqual([more, said], [[], []]);
    assert.deepEqual(await check(overlap), []);
    assert.match(said.join(), /^warning true subnet-overlap: .* \(warning, docs\/findings\.md#subnet-overlap\)$/s);
  });

  it("hold no secret", async () => {
    const { check, said } = begin({});
    await check(overlap, [["addresses", 0, "address"]]);
    assert.equal(said.length, 1);
    assert.doesNotMatch(said.join(), /10\.0\.0\.1\b/);
  });

  it("of a mistake that is made a thousand times are told three times, and how many more there are", async () => {
    const { check, said } = begin({});
    const names = Array.from({ length: 1000 }, (_, index) => `h${index}`);
    await check({
      namespaces: [{ name: "sw" }, ...names.map((name) => ({ name }))],
      vethPairs: names.map((name) => ({
        a: { name: "eth0", namespace: name, mtu: 9000 },
        b: { name, namespace: "sw" },
      })),
    });
    assert.equal(said.length, 4);
    assert.equal(said.at(-1), "warning true cable-mtu: the same in 997 more places");
  });
});
