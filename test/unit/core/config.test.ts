import assert from "node:assert/strict";
import { parseConfig } from "../../../provider/core/config";
import { Unknown } from "../../../provider/core/values";

describe("provider configuration", () => {
  const faultsOf = (values: Record<string, unknown>, env = {}) =>
    parseConfig(values, env).faults.map(({ path, reason }) => `${path.join(".")} ${reason}`);

  it("is empty when nothing is set", () => {
    assert.deepEqual(parseConfig({}, {}), { config: {}, faults: [] });
  });

  it("takes values in their own type", () => {
    const values = { offline: true, sudo: false, timeoutSeconds: 8 };
    assert.deepEqual(parseConfig(values, {}), { config: values, faults: [] });
  });

  it("takes values as text, as stack configuration holds them", () => {
    const values = { offline: "true", sudo: "0", timeoutSeconds: "8" };
    assert.deepEqual(parseConfig(values, {}).config, { offline: true, sudo: false, timeoutSeconds: 8 });
  });

  it("takes a word as text, with quotes or without", () => {
    assert.deepEqual(parseConfig({ findings: "off" }, {}).config, { findings: "off" });
    assert.deepEqual(parseConfig({}, { NETNS_FINDINGS: '"error"' }).config, { findings: "error" });
    assert.deepEqual(faultsOf({ findings: "fatal" }), ["findings must be off, warn or error"]);
  });

  it("leaves the engine's own keys aside", () => {
    const values = { version: "0.1.0", pluginDownloadURL: "x", __internal: {}, sudo: "true" };
    assert.deepEqual(parseConfig(values, {}), { config: { sudo: true }, faults: [] });
  });

  it("passes on what is unknown yet, whatever the environment says", () => {
    const { config, faults } = parseConfig({ timeoutSeconds: Unknown.value }, { NETNS_TIMEOUT_SECONDS: "8" });
    assert.deepEqual(faults, []);
    assert.equal(config.timeoutSeconds, Unknown.value);
  });

  it("falls back to the environment for what is absent", () => {
    const env = { NETNS_OFFLINE: "1", NETNS_SUDO: "true", NETNS_TIMEOUT_SECONDS: "8" };
    assert.deepEqual(parseConfig({ sudo: "false" }, env), {
      config: { offline: true, sudo: false, timeoutSeconds: 8 },
      faults: [],
    });
  });

  it("takes an empty variable for an absent one", () => {
    assert.deepEqual(parseConfig({}, { NETNS_OFFLINE: "" }), { config: {}, faults: [] });
  });

  it("names the variable that holds a wrong value", () => {
    assert.deepEqual(faultsOf({}, { NETNS_OFFLINE: "perhaps" }), [
      "offline must be true or false (from the environment variable NETNS_OFFLINE)",
    ]);
    assert.deepEqual(faultsOf({ offline: "true" }, { NETNS_OFFLINE: "perhaps" }), []);
  });

  it("tells all faults at once, each at its key", () => {
    assert.deepEqual(faultsOf({ offline: "perhaps", sudo: "", timeoutSeconds: "0", ofline: "true" }), [
      "offline must be true or false",
      "sudo must be true or false",
      "timeoutSeconds is below 1 second",
      "ofline is not a property of this; did you mean `offline`?",
    ]);
    assert.deepEqual(faultsOf({ timeoutSeconds: "1.5" }), ["timeoutSeconds must be a whole number of seconds"]);
    assert.deepEqual(faultsOf({ timeoutSeconds: 86401 }), ["timeoutSeconds is above 86400 seconds, which is a day"]);
  });
});
