import assert from "node:assert/strict";
import { changing, traced } from "../../support/engine/calls";
import type { Outcome, Stack } from "../../support/engine/pulumi";
import { done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";

interface Choices {
  /** The names of the ends. */
  names?: [string, string];
  mtu?: number;
  value?: number;
  /** Options of each, as the program writes them. */
  net?: string;
  link?: string;
  sysctl?: string;
}

const lab = ({ names = ["va", "vb"], mtu = 1400, value = 1, net = "", link = "", sysctl = "" }: Choices) => `
const net0 = new netns.Namespace("net0", {}, { ${net} });
const link = new netns.VethPair("link", {
  a: { name: "${names[0]}", namespace: net0.name, mtu: ${mtu} }, b: { name: "${names[1]}", namespace: net0.name },
}, { ${link} });
new netns.Address("one", { namespace: net0.name, device: link.a.name, address: "10.0.0.1/24" });
new netns.Sysctl("forward", { namespace: net0.name, key: "net.ipv4.ip_forward", value: ${value} }, { ${sysctl} });
exports.previous = link.a.ifindex;
`;

/** The address stands on the link, so it goes first and comes last. */
const LINK_ANEW = ["Delete Address one", "Delete VethPair link", "Create VethPair link", "Create Address one"];

stackSuite("Options that say what is replaced, and how", [], (fixture) => {
  let stack: Stack;
  const go = async (choices: Choices, ...args: string[]): Promise<Outcome & { did: string[] }> => {
    await fixture.edit(stack, lab(choices));
    const { calls, ...outcome } = await traced(stack, () => stack.up(...args));
    return { ...outcome, did: changing(calls) };
  };
  const kernel = async () => {
    const [link] = await fixture.host.json<[{ mtu: number; ifindex: number }]>(
      "ip -n net0 -j link show dev va".split(" "),
    );
    const forward = await fixture.host.ip("netns exec net0 sysctl -n net.ipv4.ip_forward");
    return { mtu: link.mtu, ifindex: link.ifindex, forward: forward.trim() };
  };

  it("ignoreChanges keeps a top-level and a nested property as they are, by hand changed ones too [42]", async () => {
    stack = await fixture.stackOf(lab({}));
    done(await stack.up());
    const ignore: Choices = {
      value: 0,
      mtu: 1300,
      link: 'ignoreChanges: ["a.mtu"]',
      sysctl: 'ignoreChanges: ["value"]',
    };
    const before = await kernel();
    assert.deepEqual((await go(ignore)).did, []);
    assert.deepEqual(await kernel(), before);
    await fixture.host.ip("-n net0 link set va mtu 1200");
    unchanged(await go(ignore));
    assert.equal((await kernel()).mtu, 1200);
    assert.deepEqual((await go({})).did, ["Update VethPair link"]);
    assert.deepEqual(await kernel(), before);
  });

  it("a replacement by option alone takes the old thing away first, and the dependents with it [42]", async () => {
    stack = await fixture.stackOf(lab({}));
    done(await stack.up());
    let last = await kernel();
    const replaced = async (choices: Choices, ...args: string[]) => {
      const outcome = await go(choices, ...args);
      done(outcome);
      assert.deepEqual(outcome.did, LINK_ANEW);
      const now = await kernel();
      assert.notEqual(now.ifindex, last.ifindex);
      last = now;
      unchanged(await stack.up());
    };
    const trigger = (value: number) => `replaceOnChanges: ["a.mtu"], replacementTrigger: ${value}`;
    await replaced({ mtu: 1300, link: trigger(1) });
    assert.equal(last.mtu, 1300);
    await replaced({ mtu: 1300, link: trigger(2) });
    await replaced({ mtu: 1300, link: trigger(2) }, "--replace", stack.urn("VethPair", "link"));
    const setting = await go({ mtu: 1300, link: trigger(2), value: 0, sysctl: 'replaceOnChanges: ["value"]' });
    assert.deepEqual(setting.did, ["Delete Sysctl forward", "Create Sysctl forward"], setting.text);
    assert.equal((await kernel()).forward, "0");
    done(await stack.destroy());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("deleteBeforeReplace: false works under another name, and is refused with all left as it is under the same [42]", async () => {
    stack = await fixture.stackOf(lab({}));
    done(await stack.up());
    const first = "deleteBeforeReplace: false";
    const moved = await go({ names: ["vc", "vd"], link: first });
    done(moved);
    assert.deepEqual(moved.did, [
      "Create VethPair link",
      "Delete Address one",
      "Create Address one",
      "Delete VethPair link",
    ]);
    done(await go({ link: first }));
    const before = await kernel();
    for (const choices of [
      { mtu: 1300, link: `${first}, replaceOnChanges: ["a.mtu"]` },
      { value: 0, sysctl: `${first}, replaceOnChanges: ["value"]` },
    ]) {
      const refused = await go(choices);
      assert.notEqual(refused.exitCode, 0);
      assert.match(refused.text, /it already exists|the thing that it replaces is still there/);
      assert.match(refused.text, /option `deleteBeforeReplace: true`/);
      assert.deepEqual(await kernel(), before);
    }
    unchanged(await go({}));
    await fixture.edit(stack, "");
    done(await stack.up());
    assert.deepEqual(await fixture.namespaces(), []);
  });

  it("additionalSecretOutputs are encrypted in the state, from then on [42]", async () => {
    stack = await fixture.stackOf(lab({ net: 'additionalSecretOutputs: ["inode", "path"]' }));
    for (const operation of ["up", "refresh", "up"] as const) {
      done(await stack[operation]());
      const net0 = (await stack.resources()).find(({ id }) => id === "net0");
      const { inode, path, name } = (net0?.outputs ?? {}) as Record<string, { ciphertext?: string }>;
      assert.ok(inode?.ciphertext && path?.ciphertext && !name?.ciphertext, JSON.stringify(net0));
    }
    done(await stack.destroy());
  });
});
