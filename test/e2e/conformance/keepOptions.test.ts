import assert from "node:assert/strict";
import { callsOf, changing } from "../../support/engine/calls";
import { stableNetwork } from "../../support/labHost/stableSnapshot";
import { changesOf, done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";

/** One of each kind; `of` holds the options of what is not the namespace. */
const lab = (of = "{}", net = "{}", more = "") => `
const net0 = new netns.Namespace("net0", {}, ${net});
const link = new netns.VethPair("link", { a: { name: "va", namespace: net0.name }, b: { name: "vb", namespace: net0.name } }, ${of});
new netns.Address("one", { namespace: net0.name, device: link.a.name, address: "10.0.0.1/24" }, ${of});
new netns.Sysctl("forward", { namespace: net0.name, key: "net.ipv4.ip_forward", value: 1 }, ${of});
${more}`;
const KINDS = { Namespace: "net0", VethPair: "link", Address: "one", Sysctl: "forward" };

stackSuite("Options that say what is kept", [], (fixture) => {
  it("protect: destroy and replace are refused and touch nothing; without it destroy goes through [43]", async () => {
    const stack = await fixture.stackOf(lab("{ protect: true }", "{ protect: true }"));
    done(await stack.up());
    const before = await stableNetwork(fixture.host, "net0");
    const calls = await callsOf(stack, async () => {
      const refused = await stack.destroy();
      assert.notEqual(refused.exitCode, 0);
      assert.match(refused.text, /protect/);
      for (const [type, name] of Object.entries(KINDS)) {
        const replaced = await stack.up("--replace", stack.urn(type, name));
        assert.match(replaced.text, /currently marked for protection/);
      }
    });
    assert.deepEqual(changing(calls), []);
    assert.deepEqual(await stableNetwork(fixture.host, "net0"), before);
    await fixture.edit(stack, lab());
    unchanged(await stack.up());
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("retainOnDelete: all stays as it is, belongs to nobody, and can be imported and made anew [43]", async () => {
    const stack = await fixture.stackOf(lab("{ retainOnDelete: true }", "{ retainOnDelete: true }"));
    done(await stack.up());
    const before = await stableNetwork(fixture.host, "net0");
    assert.deepEqual(changing(await callsOf(stack, async () => done(await stack.destroy()))), []);
    assert.deepEqual(await stack.resources(), []);
    assert.deepEqual(await stableNetwork(fixture.host, "net0"), before);
    assert.match((await stack.up()).text, /Namespace net0: it already exists, and is not in this stack's state/);
    assert.deepEqual(await stableNetwork(fixture.host, "net0"), before);
    const imports = { net0: "net0", link: "net0/va", one: "net0/va/10.0.0.1/24", forward: "net0:net.ipv4.ip_forward" };
    await fixture.edit(
      stack,
      Object.entries(imports).reduce(
        (text, [name, id]) => text.replace(new RegExp(`("${name}", .*)\\{\\}\\);`), `$1{ import: "${id}" });`),
        lab(),
      ),
    );
    const imported = await stack.up();
    assert.deepEqual(done(imported).changes, { same: 1, import: 4 }, imported.text);
    assert.deepEqual(await stableNetwork(fixture.host, "net0"), before);
    await fixture.edit(stack, lab());
    unchanged(await stack.up());
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("deletedWith the namespace: no Delete but its own, and a replacement or another up makes all anew [43]", async () => {
    const stack = await fixture.stackOf(lab("{ deletedWith: net0 }"));
    done(await stack.up());
    // In a replacement the engine deletes what stands on the namespace first, `deletedWith` or not.
    done(await stack.up("--replace", stack.urn("Namespace", "net0")));
    unchanged(await stack.up());
    assert.equal((await fixture.host.ip("netns exec net0 sysctl -n net.ipv4.ip_forward")).trim(), "1");
    const gone = await callsOf(stack, async () => done(await stack.destroy()));
    assert.deepEqual(changing(gone), ["Delete Namespace net0"]);
    assert.deepEqual(await fixture.namespaces(), []);
    done(await stack.up());
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("aliases: a rename, a new parent and a new type in one go change nothing on the host [44]", async () => {
    const stack = await fixture.stackOf(lab());
    done(await stack.up());
    const before = await stableNetwork(fixture.host, "net0");
    const renamed = lab(
      "{ parent, aliases: [{ name: 'OLD', parent: pulumi.rootStackResource }] }",
      "{ aliases: [{ name: 'net0' }] }",
    )
      .replace('"net0", {}', '"home", { name: "net0" }')
      .replace(/"(link|one|forward)"(.*)OLD/g, '"$1-new"$2$1');
    await fixture.edit(stack, `const parent = new pulumi.ComponentResource("lab:index:Lab", "lab");\n${renamed}`);
    assert.deepEqual(changesOf(done(await stack.preview())), ["create Lab lab"]);
    const up = await callsOf(stack, async () => done(await stack.up()));
    assert.deepEqual(changing(up), []);
    unchanged(await stack.up());
    assert.deepEqual(await stableNetwork(fixture.host, "net0"), before);
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });
});
