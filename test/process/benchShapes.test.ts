import assert from "node:assert/strict";
import { Alone } from "../../bench/contenders/alone";
import { withFiles } from "../../bench/contenders/scripts";
import { mustBeUp } from "../../bench/mustBeUp";
import { scriptOf } from "../../bench/script/script";
import { shapes } from "../../bench/shapes";
import type { Lists, Shape } from "../../bench/shapes/shape";
import { LabHost } from "../support/labHost/labHost";
import { comparable } from "../support/labHost/snapshot";
import { stableSnapshot } from "../support/labHost/stableSnapshot";
import { hasNft, hasQdisc, hasVxlan } from "../support/suites/kernelOptions";
import { needs, skipThis } from "../support/suites/needs";
import { cases, sample } from "../support/suites/soak";

/** The least N at which each has all that it can have. */
const SIZES: Record<string, number> = { star: 2, lab: 2, router: 50, settings: 3, fabric: 11, queues: 4, firewalls: 2 };
const LIMIT_MS = 60_000;

describe("a shape of the bench", function () {
  this.timeout(120_000);
  let host: LabHost;
  before(needs("root", "nsenter", "ip", "bridge", "tc", "sysctl", "nft"));
  beforeEach(async () => {
    host = await LabHost.start();
  });
  for (const shape of sample(shapes, cases(3, Infinity)))
    it(`is the same by its script and by its Topology, before and after what is done to it: ${shape.id}`, async function () {
      const missing = missingFor(shape);
      if (missing) skipThis(this, missing);
      const n = SIZES[shape.id] ?? 2;
      const [lists, edited] = [shape.inputs(n), shape.inputs(n, true)];
      const byScript = await Promise.all([lists, edited].map(madeByScript));

      const empty = await seen(host);
      const alone = new Alone(host, LIMIT_MS);
      assert.equal(await alone.up(lists), true);
      assert.deepEqual(await seen(host), byScript[0]);
      assert.equal(await alone.up(lists), false);
      assert.equal(await alone.up(edited), true);
      assert.deepEqual(await seen(host), byScript[1]);
      assert.notDeepEqual(byScript[0], byScript[1]);
      await host.run(["sh", "-c", shape.hand(n)]);
      await assert.rejects(mustBeUp(host, edited), /^Error: Not all is up: /);
      assert.equal(await alone.up(edited), true);
      await mustBeUp(host, edited);
      assert.deepEqual(await seen(host), byScript[1]);
      await alone.destroy();
      assert.deepEqual(await seen(host), empty);
    });
  afterEach(() => host.stop());
});

/** What a host shows after the script, which takes all away again: in more lanes than some have namespaces. */
async function madeByScript(lists: Lists): Promise<unknown> {
  const host = await LabHost.start();
  try {
    return await withFiles(scriptOf(lists, 3), async (cwd) => {
      await host.run(["sh", "-e", "up.sh"], { cwd });
      await mustBeUp(host, lists);
      const made = await seen(host);
      await host.run(["sh", "-e", "down.sh"], { cwd });
      assert.equal(await host.run(["ls", "/run/netns"]), "");
      return made;
    });
  } finally {
    await host.stop();
  }
}

/** What there is, but for the marks that the provider puts on its own. */
async function seen(host: LabHost): Promise<unknown> {
  return JSON.parse(JSON.stringify(comparable(await stableSnapshot(host))), (key, value) => {
    if (key === "ifalias") return undefined;
    return typeof value === "string" ? value.replace(/\n\s*comment "pulumi:.*"/, "") : value;
  });
}

/** What the kernel here lacks for a shape. */
function missingFor({ id }: Shape): string | undefined {
  if (id === "fabric" && !hasVxlan) return "CONFIG_VXLAN";
  if (["lab", "firewalls"].includes(id) && !hasNft) return "CONFIG_NF_TABLES";
  if (["lab", "queues"].includes(id) && !hasQdisc("tbf rate 1mbit burst 32kb latency 1ms")) return "CONFIG_NET_SCH_TBF";
  if (id === "queues" && !hasQdisc("htb")) return "CONFIG_NET_SCH_HTB";
  return undefined;
}
