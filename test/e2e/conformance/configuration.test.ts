import assert from "node:assert/strict";
import { changing, traced } from "../../support/engine/calls";
import { DEFAULT_PROVIDER } from "../../support/engine/project";
import { stableSnapshot } from "../../support/labHost/stableSnapshot";
import { changesOf, done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";
import { identitiesOf } from "./inspect";

stackSuite("The provider's configuration through the engine", [], (fixture) => {
  it("is text in the stack's, goes before the environment, and is refused where it is wrong [17]", async () => {
    const stack = await fixture.stackOf('new netns.Namespace("net0");', { NETNS_OFFLINE: "true" });
    assert.match((await stack.up()).text, /nothing may be changed, because the provider is offline/);
    await stack.config("netns:offline", "false");
    await stack.config("netns:timeoutSeconds", "soon");
    const refused = await stack.up();
    assert.match(refused.text, /timeoutSeconds: must be a whole number of seconds\n/);
    assert.deepEqual(await fixture.namespaces(), []);
    await stack.config("netns:timeoutSeconds", "30");
    await stack.config("netns:sudo", "false");
    done(await stack.up());
    assert.deepEqual(await fixture.namespaces(), ["net0"]);
    await stack.unset("netns:timeoutSeconds");
    stack.env.NETNS_TIMEOUT_SECONDS = "0";
    const preview = await stack.preview();
    assert.notEqual(preview.exitCode, 0);
    assert.match(preview.text, /below 1 second \(from the environment variable NETNS_TIMEOUT_SECONDS\)/);
  });

  it("may be unknown in a preview, and replaces nothing when it changes [18] [19]", async () => {
    const stack = await fixture.stackOf(
      `const net0 = new netns.Namespace("net0");
       const timeoutSeconds = net0.inode.apply(() => Number(process.env.SECONDS));
       const provider = new netns.Provider("explicit", { timeoutSeconds });
       const net1 = new netns.Namespace("net1", {}, { provider });
       new netns.Address("one", { namespace: net1.name, device: "lo", address: "10.0.0.1/32" }, { provider });`,
      { SECONDS: "30" },
    );
    const preview = done(await stack.preview());
    assert.deepEqual(preview.changes, { create: 5 }, preview.text);
    done(await stack.up());
    const [identities, lab] = [await identitiesOf(stack), await stableSnapshot(fixture.host)];
    stack.env.SECONDS = "31";
    await stack.config("netns:timeoutSeconds", "32");
    const up = await traced(stack, () => stack.up());
    assert.deepEqual(changesOf(done(up)).sort(), [`update netns ${DEFAULT_PROVIDER}`, "update netns explicit"]);
    assert.deepEqual(changing(up.calls), []);
    assert.deepEqual([await identitiesOf(stack), await stableSnapshot(fixture.host)], [identities, lab]);
  });
});

stackSuite("What a program says besides through the engine", [], (fixture) => {
  it("gives each resource the name that it has in the program, long ones too, and the same each time [16]", async () => {
    const names = ["one", "two"].map((end) => `${"a-very-long-logical-name-".repeat(9)}${end}`);
    const stack = await fixture.stackOf(`for (const name of ${JSON.stringify(names)}) new netns.Namespace(name);`);
    done(await stack.up());
    assert.deepEqual(await fixture.namespaces(), names);
    const identities = await identitiesOf(stack);
    unchanged(await stack.up());
    assert.deepEqual(await identitiesOf(stack), identities);
  });

  it("is refused without a word of what is secret, in logs too; the engine's log of messages has it [14]", async () => {
    const stack = await fixture.stackOf(`
      new netns.Sysctl("one", { key: pulumi.secret("net.hidden=1"), value: pulumi.secret("hidden\\nhidden") });
      new netns.VethPair("two", { a: { name: "veth0", mac: pulumi.secret("0a:hidden:value") }, b: { name: "veth1" } });
    `);
    const { exitCode, text } = await stack.preview("--logtostderr", "--logflow", "-v=9");
    assert.notEqual(exitCode, 0);
    const told = text.split("\n").filter((line) => !/"msg":"(Unm|M)arshaling property for RPC/.test(line));
    assert.ok(told.some((line) => line.includes("must be")));
    assert.deepEqual(
      told.filter((line) => line.includes("hidden")),
      [],
    );
  });

  it("cannot be a function that the provider has not, and a preview says so [29]", async () => {
    const stack = await fixture.stackOf('pulumi.runtime.invoke("netns:index:getNamespace", { name: "net0" });');
    const { exitCode, text } = await stack.preview();
    assert.notEqual(exitCode, 0);
    assert.match(
      text,
      /there is no function netns:index:getNamespace in the netns provider\n +The `get` of a resource's/,
    );
  });

  it("of a function's call is refused in a preview, each fault at its argument [29]", async () => {
    const stack = await fixture.stackOf('netns.containerNamespaceOutput({ runc: "--all", pid: 0 });');
    const { exitCode, text } = await stack.preview();
    assert.notEqual(exitCode, 0);
    assert.match(text, /2 arguments are wrong\n +pid: is below 1, the lowest pid there is\n +runc: must consist of /);
  });

  it("of a container offline is answered where that needs no look at the host, and else says why not", async () => {
    const stack = await fixture.stackOf("exports.found = netns.containerNamespaceOutput({ pid: 7 });", {
      NETNS_OFFLINE: "true",
    });
    done(await stack.up());
    assert.deepEqual((await stack.outputs()).found, { path: "/proc/7/ns/net", pid: 7 });
    await fixture.edit(stack, 'exports.found = netns.containerNamespaceOutput({ docker: "web" });');
    const { exitCode, text } = await stack.preview();
    assert.notEqual(exitCode, 0);
    assert.match(text, /containerNamespace: the host may not be looked at, because the provider is offline/);
  });
});
