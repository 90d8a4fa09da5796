import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { isObject } from "../../../provider/core/values";
import { callsOf, changing } from "../../support/engine/calls";
import { DEFAULT_PROVIDER, providerOf, root } from "../../support/engine/project";
import type { Stack } from "../../support/engine/pulumi";
import { stableSnapshot } from "../../support/labHost/stableSnapshot";
import { changesOf, done, unchanged } from "../../support/suites/exampleSuite";
import { stackSuite } from "../../support/suites/stackSuite";
import { LATER, SINGLE, TOPOLOGY } from "./upgradeLab";

const FEW = `
const net0 = new netns.Namespace("net0");
const net1 = new netns.Namespace("net1", { loopbackUp: false });
const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name, mtu: 1400, mac: pulumi.secret("02:00:00:00:00:01") }, b: { name: "veth1", namespace: net1.name } });
new netns.Address("one", { namespace: net0.name, device: link.a.name, address: "10.0.0.1/24", broadcast: "10.0.0.255", label: "veth0:x" });
new netns.Address("six", { namespace: net1.name, device: link.b.name, address: "fd00::1/64" });
new netns.Sysctl("forward", { namespace: net0.name, key: "net.ipv4.ip_forward", value: 1 });
new netns.Sysctl("kept", { namespace: net1.name, key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: false });
`;

/**
 * What `stack export` told of these programs as brought up by the provider of a commit: the first there was, and the last
 * that ran `ip` for what it did. At a release, the states that it makes are added.
 */
const STATES = [
  { file: "state-0.1.0.json", program: FEW, commit: "8b7c315", version: "0.1.0" },
  { file: "state-0.1.0-single.json", program: SINGLE, commit: "dc1390a", version: "0.1.0" },
  { file: "state-0.1.0-topology.json", program: TOPOLOGY, commit: "dc1390a", version: "0.1.0" },
  { file: "state-0.2.0-later.json", program: LATER, commit: "the release 0.2.0", version: "0.2.0" },
];

/** What is another one each time that a lab is made. */
const OF_THE_LAB = new Set(["__mark", "__place", "__places", "comment", "inode", "ifindex", "mac", "pid", "log"]);

type Resource = { urn: string; outputs?: object };

stackSuite("A state that an older provider has written", [], (fixture) => {
  for (const { file, program, commit, version } of STATES) {
    it(`is taken as it is, nothing replaced, and destroyed to the end (${file} of ${commit}) [50]`, async () => {
      const stack = await fixture.stackOf(program);
      const empty = await stableSnapshot(fixture.host);
      done(await stack.up());
      await bringBack(stack, path.join(root, "test/e2e/conformance", file));
      const before = await stableSnapshot(fixture.host);
      // Another version is another default provider: the one thing that is made anew, and only in the state.
      const was = providerOf(version);
      const anew = was === DEFAULT_PROVIDER ? [] : [`create netns ${DEFAULT_PROVIDER}`, `delete netns ${was}`];
      assert.deepEqual(changesOf(done(await stack.preview())), anew);
      const calls = await callsOf(stack, async () => {
        done(await stack.up());
        unchanged(await stack.refresh());
      });
      assert.deepEqual(changing(calls), []);
      assert.deepEqual(await stableSnapshot(fixture.host), before);
      done(await stack.destroy());
      assert.deepEqual(await stableSnapshot(fixture.host), empty);
    });
  }
});

/** Puts a kept state in the place of the stack's, about the lab that is there. */
async function bringBack(stack: Stack, file: string): Promise<void> {
  const old = JSON.parse(await readFile(file, "utf8"));
  const now = (await stack.resources()) as unknown as Resource[];
  for (const resource of old.deployment.resources as Resource[]) {
    const here = now.find(({ urn }) => urn === resource.urn);
    assert.ok(here || resource.urn.includes("::default_"), resource.urn);
    if (here?.outputs) resource.outputs = moved(resource.outputs, here.outputs) as object;
  }
  const copy = path.join(stack.home, "old.json");
  await writeFile(copy, JSON.stringify(old));
  const { exitCode, stderr } = await stack.run(["stack", "import", "--file", copy, "--stack", "test"]);
  assert.equal(exitCode, 0, stderr);
}

/** Recorded outputs with what the lab has otherwise here, which must still be written in the same form. */
function moved(old: unknown, now: unknown, name = ""): unknown {
  // What is encrypted is the program's own.
  if (OF_THE_LAB.has(name) && !(isObject(old) && "ciphertext" in old)) {
    // The first ones had no time in a place.
    const forms = [now, JSON.parse(JSON.stringify(now).replace(/@\d+/g, ""))];
    const found = forms.find((one) => form(one) === form(old));
    assert.ok(found !== undefined, `${name}: ${JSON.stringify(old)} is ${JSON.stringify(now)} now`);
    return found;
  }
  if (Array.isArray(old)) return old.map((inner, index) => moved(inner, (now as unknown[] | undefined)?.[index]));
  if (!isObject(old)) return old;
  return Object.fromEntries(
    Object.entries(old).map(([key, inner]) => [key, moved(inner, isObject(now) ? now[key] : undefined, key)]),
  );
}

function form(value: unknown): string {
  return JSON.stringify(value)
    .replace(/[0-9a-f]{18,20}/g, "TOKEN")
    .replace(/([0-9a-f]{2}:){5}[0-9a-f]{2}/g, "MAC")
    .replace(/\d+/g, "N");
}
