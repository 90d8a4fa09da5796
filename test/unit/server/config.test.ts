import assert from "node:assert/strict";
import {
  CheckRequest,
  ConfigureRequest,
  DiffRequest,
  DiffResponse,
  ProviderHandshakeRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import { type Json, type Path, Unknown } from "../../../provider/core/values";
import { kinds } from "../../../provider/resources";
import { checkConfig, configure, diffConfig, handshake } from "../../../provider/server/configRpc";
import { decode, encode } from "../../../provider/server/property";
import { FakeHost, pluginOn } from "../../support/provider/fakeHost";
import { answered } from "./rpc";

const plugin = () => pluginOn(new FakeHost(), kinds);
const args = (values: Json) => new ConfigureRequest().setArgs(encode(values));

describe("the provider's configuration", () => {
  const check = (news: Json, secrets: Path[] = []) => {
    const response = checkConfig(new CheckRequest().setNews(encode(news, secrets)));
    const failures = response.getFailuresList().map((one) => [one.getProperty(), one.getReason()]);
    return { failures, inputs: decode(response.getInputs()).values };
  };

  it("is checked with all faults at once, and given back as it is", () => {
    const news = { offline: "maybe", timeoutSeconds: 0, sudoo: true };
    assert.deepEqual(check(news), {
      failures: [
        ["", "offline: must be true or false"],
        ["", "timeoutSeconds: is below 1 second"],
        ["", "sudoo: is not a property of this; did you mean `sudo`?"],
      ],
      inputs: news,
    });
  });

  it("is checked without a word of what is secret", () => {
    assert.deepEqual(check({ offline: "hunter2" }, [["offline"]]).failures, [["", "offline: must be true or false"]]);
  });

  it("may be unknown in a preview", () => {
    const news = { offline: Unknown.value, timeoutSeconds: Unknown.value };
    assert.deepEqual(check(news), { failures: [], inputs: news });
    assert.doesNotThrow(() => configure(plugin(), args(news)));
  });

  it("that is wrong is refused as a whole", () => {
    assert.throws(() => configure(plugin(), args({ offline: "maybe", timeoutSeconds: 0 })), {
      kind: "user",
      message: [
        "the netns provider cannot be configured like this",
        "  offline must be true or false; timeoutSeconds is below 1 second",
        "  See `pulumi config` and the NETNS_ variables of the environment.",
      ].join("\n"),
    });
  });

  it("counts from the moment that it is given, and as a whole", () => {
    const one = plugin();
    configure(one, args({ sudo: "true" }));
    assert.deepEqual(one.config, { sudo: true });
    configure(one, args({ timeoutSeconds: "5" }));
    assert.deepEqual(one.config, { timeoutSeconds: 5 });
  });

  it("never replaces anything when it changes", () => {
    const request = new DiffRequest().setOldInputs(encode({ offline: true, sudo: true }));
    const { details, replaces, changes } = answered(
      diffConfig(request.setNews(encode({ sudo: false, timeoutSeconds: 5 }))),
    );
    assert.deepEqual(details, { offline: "DELETE", sudo: "UPDATE", timeoutSeconds: "ADD" });
    assert.deepEqual([replaces, changes], [[], DiffResponse.DiffChanges.DIFF_SOME]);
  });

  it("that stays has no diff", () => {
    const same = encode({ sudo: true });
    const { details, changes } = answered(diffConfig(new DiffRequest().setOldInputs(same).setNews(same)));
    assert.deepEqual([details, changes], [{}, DiffResponse.DiffChanges.DIFF_NONE]);
  });
});

describe("what the provider says it can", () => {
  it("is the same in Handshake and in Configure", () => {
    const shaken = handshake(plugin(), new ProviderHandshakeRequest());
    const configured = configure(plugin(), args({}));
    assert.deepEqual(
      [shaken.getAcceptSecrets(), shaken.getAcceptResources(), shaken.getAcceptOutputs()],
      [configured.getAcceptsecrets(), configured.getAcceptresources(), configured.getAcceptoutputs()],
    );
    assert.equal(configured.getSupportspreview(), true);
    assert.equal(shaken.getSupportsAutonamingConfiguration(), configured.getSupportsAutonamingConfiguration());
  });

  it("is to have resources refreshed before an update where the engine knows that", () => {
    for (const knows of [true, false]) {
      const one = plugin();
      handshake(one, new ProviderHandshakeRequest().setSupportsRefreshBeforeUpdate(knows));
      assert.equal(one.refreshBeforeUpdate, knows);
    }
  });
});

describe("the kind that a request is about", () => {
  const kindOf = (type: string, urn: string) => plugin().kindOf({ getType: () => type, getUrn: () => urn }).type;

  it("is named by its type, or by the last type in its URN", () => {
    assert.equal(kindOf("netns:index:Sysctl", ""), "Sysctl");
    assert.equal(kindOf("", "urn:pulumi:dev::lab::my:index:Lab$netns:index:Address::a$b::c"), "Address");
  });

  it("is refused with those that there are", () => {
    assert.throws(() => kindOf("netns:index:Brigde", ""), {
      kind: "user",
      message: [
        "there is no resource type netns:index:Brigde in the netns provider",
        `  It has ${kinds.map(({ type }) => `netns:index:${type}`).join(", ")}.`,
      ].join("\n"),
    });
    assert.throws(() => kindOf("", ""), { kind: "user" });
  });
});
