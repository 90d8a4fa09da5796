import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import type { Stack } from "../support/engine/pulumi";
import type { LabHost } from "../support/labHost/labHost";
import { pluginsOf } from "../support/labHost/plugins";
import { stableSnapshot } from "../support/labHost/stableSnapshot";
import { done, unchanged } from "../support/suites/exampleSuite";
import { cases } from "../support/suites/soak";
import { stackSuite } from "../support/suites/stackSuite";

/** Of each of the two stacks. */
const COUNT = cases(200, 1000) / 2;
/** One `node` with the plugin's code takes some 80 MiB; what a resource adds is to stay small beside that. */
const MOST_MIB = 256;

/** Pairs, addresses and settings in one namespace that neither stack has made. */
const lab = (stack: string) => `
const namespace = "shared";
for (let i = 0; i < ${COUNT}; i += 4) {
  const link = new netns.VethPair("${stack}" + i, { a: { name: "${stack}a" + i, namespace }, b: { name: "${stack}b" + i, namespace } });
  new netns.Address("${stack}one" + i, { namespace, device: link.a.name, address: \`10.${stack === "l" ? 1 : 2}.\${i >> 8}.\${i & 255}/32\` });
  new netns.Address("${stack}six" + i, { namespace, device: "lo", address: \`fd00:${stack === "l" ? 1 : 2}::\${i + 1}/128\` });
  new netns.Sysctl("${stack}local" + i, { namespace, key: "net.ipv4.conf." + "${stack}b" + i + ".accept_local", value: 1 }, { dependsOn: link });
}`;

stackSuite("Many resources in one namespace, from two stacks at once", [], (fixture) => {
  it(`makes, keeps, refreshes and removes ${2 * COUNT} of them, without a child and with little memory [46] [47]`, async function () {
    this.timeout(600_000);
    await fixture.host.ip("netns add shared");
    const empty = await stableSnapshot(fixture.host);
    // Without it the engine writes the whole state twice for each resource.
    const env = { PULUMI_SKIP_CHECKPOINTS: "true" };
    const stacks = [await fixture.stackOf(lab("l"), env), await fixture.stackOf(lab("r"), env)];
    const both = async (act: (stack: Stack) => Promise<unknown>) => {
      const most = watch(fixture.host);
      await Promise.all(stacks.map(act));
      const { children, mib } = await most();
      // Only programs that have no netlink would be some, and nothing here needs one.
      assert.equal(children, 0, `a plugin had ${children} children`);
      assert.ok(mib > 0 && mib < MOST_MIB, `a plugin took ${mib} MiB`);
    };
    await both(async (stack) => {
      const up = done(await stack.up("--parallel", "64"));
      assert.equal(up.changes.create, COUNT + 1, up.text);
    });
    const links = await fixture.host.json<{ addr_info: { local: string }[] }[]>("ip -n shared -j addr".split(" "));
    assert.equal(links.length, 1 + COUNT);
    const locals = links.flatMap(({ addr_info }) => addr_info.map(({ local }) => local));
    assert.equal(locals.filter((local) => /^10\.|^fd00:/.test(local)).length, COUNT);
    const settings = await fixture.host.ip("netns exec shared sysctl -a --pattern conf.[lr]b.*accept_local");
    assert.equal(settings.match(/= 1$/gm)?.length, COUNT / 2);
    await both(async (stack) => unchanged(await stack.up()));
    await both(async (stack) => unchanged(await stack.refresh()));
    await both(async (stack) => done(await stack.destroy("--parallel", "64")));
    assert.deepEqual(await stableSnapshot(fixture.host), empty);
  });
});

/** Looks at the plugins until it is asked for the most that it has seen of one of them. */
function watch(host: LabHost): () => Promise<{ children: number; mib: number }> {
  const most = { children: 0, mib: 0 };
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      for (const pid of await pluginsOf(host)) {
        const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
        most.mib = Math.max(most.mib, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024);
        most.children = Math.max(most.children, (await childrenOf(pid)).length);
      }
    }
  })();
  return async () => {
    isOver = true;
    await looking;
    return most;
  };
}

async function childrenOf(pid: number): Promise<string[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, "utf8").catch(() => "")),
  );
  return lists.join(" ").split(" ").filter(Boolean);
}
