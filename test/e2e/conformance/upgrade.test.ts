import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { networkAtRest } from "../../support/atRest";
import { callsOf, changing } from "../../support/calls";
import { changesOf, done, unchanged } from "../../support/example";
import { root } from "../../support/project";
import { stackSuite } from "../../support/stackSuite";

/**
 * What `stack export` told of this program as brought up by the provider of commit 8b7c315, the version of the file's name.
 * At a release, the state that it makes is added beside it.
 */
const FIXTURE = path.join(root, "test/e2e/conformance/state-0.1.0.json");
const PROGRAM = `
const net0 = new netns.Namespace("net0");
const net1 = new netns.Namespace("net1", { loopbackUp: false });
const link = new netns.VethPair("link", { a: { name: "veth0", namespace: net0.name, mtu: 1400, mac: pulumi.secret("02:00:00:00:00:01") }, b: { name: "veth1", namespace: net1.name } });
new netns.Address("one", { namespace: net0.name, device: link.a.name, address: "10.0.0.1/24", broadcast: "10.0.0.255", label: "veth0:x" });
new netns.Address("six", { namespace: net1.name, device: link.b.name, address: "fd00::1/64" });
new netns.Sysctl("forward", { namespace: net0.name, key: "net.ipv4.ip_forward", value: 1 });
new netns.Sysctl("kept", { namespace: net1.name, key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: false });
`;

type Resource = { urn: string; outputs: { __mark?: string; inode?: number; b?: { mac: string } } };

stackSuite("A state that an older provider has written", [], (desk) => {
  for (const version of ["0.1.0", "0.0.9"]) {
    it(`is taken as it is, nothing replaced, and destroyed to the end (the provider's version in it: ${version}) [50]`, async () => {
      const stack = await desk.stackOf(PROGRAM);
      done(await stack.up());
      const old = JSON.parse(await readFile(FIXTURE, "utf8"));
      const now = (await stack.resources()) as unknown as Resource[];
      // The lab that it is about has other numbers here.
      let text = JSON.stringify(old);
      for (const { urn, outputs } of old.deployment.resources as Resource[]) {
        const here = now.find((one) => one.urn === urn)?.outputs;
        for (const [was, is] of [
          [outputs?.__mark, here?.__mark],
          [outputs?.inode, here?.inode],
          [outputs?.b?.mac, here?.b?.mac],
        ]) {
          if (was !== undefined && is !== undefined) text = text.replaceAll(String(was), String(is));
        }
      }
      text = text.replaceAll("0.1.0", version).replaceAll("default_0_1_0", `default_${version.replaceAll(".", "_")}`);
      const file = path.join(stack.home, "old.json");
      await writeFile(file, text);
      const imported = await stack.run(["stack", "import", "--file", file, "--stack", "test"]);
      assert.equal(imported.exitCode, 0, imported.stderr);

      const before = await networkAtRest(desk.host, "net0");
      // Another version is another default provider: the one thing that is made anew, and only in the state.
      const anew = version === "0.1.0" ? [] : ["create netns default_0_1_0", "delete netns default_0_0_9"];
      assert.deepEqual(changesOf(done(await stack.preview())), anew);
      const calls = await callsOf(stack, async () => {
        done(await stack.up());
        unchanged(await stack.refresh());
      });
      assert.deepEqual(changing(calls), []);
      assert.deepEqual(await networkAtRest(desk.host, "net0"), before);
      done(await stack.destroy());
      assert.deepEqual(await desk.namespaces(), []);
    });
  }
});
