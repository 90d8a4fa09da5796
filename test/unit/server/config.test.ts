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

  it("is no sandbox with sudo, whichever of the two is said where", () => {
    const said = "sudo: does not go with `sandbox`, which needs no root's rights: set only one of them";
    assert.deepEqual(check({ sandbox: "one", sudo: "true" }).failures, [["", said]]);
    assert.deepEqual(check({ sandbox: "one", sudo: false, host: "ssh://lab1" }).failures, []);
    process.env.NETNS_SUDO = "true";
    try {
      const from = " (from the environment variable NETNS_SUDO)";
      assert.deepEqual(check({ sandbox: "one" }).failures, [["", `${said}${from}`]]);
      assert.deepEqual(check({ sandbox: "one", sudo: false }).failures, []);
      assert.deepEqual(check({ sandbox: Unknown.value }).failures, []);
    } finally {
      delete process.env.NETNS_SUDO;
    }
  });

  it("has in it where the labs are and how to get there, from the environment as well", () => {
    process.env.NETNS_HOST = "ssh://lab1";
    try {
      assert.deepEqual(check({ sandbox: "one" }).inputs, { sandbox: "one", host: "ssh://lab1" });
      assert.deepEqual(check({ host: "ssh://lab2" }).inputs, { host: "ssh://lab2" });
      assert.deepEqual(check({ host: Unknown.value }).inputs, { host: Unknown.value });
      process.env.NETNS_SUDO = "true";
      assert.deepEqual(check({}).inputs, { host: "ssh://lab1", sudo: true });
      assert.deepEqual(check({ sandbox: "-o" }).inputs, { sandbox: "-o" });
    } finally {
      delete process.env.NETNS_HOST;
      delete process.env.NETNS_SUDO;
    }
  });

  it("has a sandbox from the environment for labs here, and not on a host that it names", () => {
    process.env.NETNS_SANDBOX = "mine";
    try {
      assert.deepEqual(check({}).inputs, { sandbox: "mine" });
      assert.deepEqual(check({ host: "ssh://lab2" }).inputs, { host: "ssh://lab2" });
      assert.deepEqual(check({ host: "ssh://lab2", sandbox: "its" }).inputs, { host: "ssh://lab2", sandbox: "its" });
    } finally {
      delete process.env.NETNS_SANDBOX;
    }
  });

  it("names hosts as ssh takes them, and sandboxes as files can be named", () => {
    for (const host of ["ssh://lab1", "ssh://ann@10.0.0.1:2222/", "ssh://[fe80::1%eth0]:22", "ssh://my_alias"]) {
      assert.deepEqual(check({ host }).failures, [], host);
    }
    for (const host of [
      "lab1",
      "ssh://",
      "ssh://-oProxyCommand=x",
      "ssh://a b",
      "ssh://-u@h",
      "ssh://h:x",
      "ssh://h/p",
    ]) {
      assert.deepEqual(check({ host }).failures, [["", "host: must be ssh://[USER@]HOST[:PORT]"]], host);
    }
    assert.deepEqual(check({ host: "ssh://a:65536" }).failures, [["", "host: has a port above 65535"]]);
    for (const sandbox of ["", "..", "a/b", "-a", "a".repeat(64)]) assert.equal(check({ sandbox }).failures.length, 1);
  });

  it("replaces all that there is for another place, and for nothing else", () => {
    for (const key of ["host", "sandbox"]) {
      const request = new DiffRequest().setOldInputs(encode({ [key]: "ssh://a", sudo: true }));
      const { details, replaces } = answered(diffConfig(request.setNews(encode({ [key]: "ssh://b" }))));
      assert.deepEqual(details, { [key]: "UPDATE_REPLACE", sudo: "DELETE" });
      assert.deepEqual(replaces, [key]);
    }
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
