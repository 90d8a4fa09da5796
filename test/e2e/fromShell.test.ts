import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { LabHost } from "../support/labHost/labHost";
import { comparable, snapshot } from "../support/labHost/snapshot";
import type { Recorded } from "../support/provider/rpcs";
import { TestProvider } from "../support/provider/testProvider";
import {
  GIVE_TUN,
  hasDummy,
  hasMacvlan,
  hasNft,
  hasQdisc,
  hasTun,
  hasVlan,
  hasVlanFiltering,
  hasVxlan,
} from "../support/suites/kernelOptions";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";
import { declaredBy, type Row, rowsOfPage } from "./shellPage";

/** What not every kernel has, by the words of the commands that need it. */
const PARTS: [words: RegExp, isThere: boolean][] = [
  [/ vlan_filtering 1$/m, hasVlanFiltering],
  [/ type dummy$/m, hasDummy],
  [/ type vlan /, hasVlan],
  [/ type macvlan /, hasMacvlan],
  [/ type vxlan /, hasVxlan],
  [/ tuntap add /, hasTun],
  [/ tbf /, hasQdisc("tbf rate 1mbit burst 32kb latency 50ms")],
  [/ netem /, hasQdisc("netem delay 1ms")],
  [/ nft /, hasNft],
];

describe("docs/from-shell.md", function () {
  this.timeout(120_000);
  const rows = rowsOfPage();
  const made: { type: string; name: string; recorded: Recorded }[] = [];
  let byHand: LabHost;
  let byUs: LabHost;
  let provider: TestProvider;
  let empty: unknown;

  before(needs("root", "nsenter", "ip", "bridge", "sysctl"));
  before(async () => {
    [byHand, byUs] = await Promise.all([LabHost.start(), LabHost.start()]);
    if (hasTun) await Promise.all([byHand, byUs].map((lab) => lab.run(["sh", "-c", GIVE_TUN])));
    provider = new TestProvider(byUs);
    empty = await kernelOf(byUs);
  });
  after(() => Promise.all([byHand, byUs].map((lab) => lab?.stop())));

  for (const [index, row] of rows.entries()) {
    it(`does the same as ${row.shell.join("; ")}`, async () => {
      const todo = declaredIn(rows, index);
      assert.ok(todo.length > 0);
      const typed = await byHand.tryRun(["sh", "-ec", row.shell.join("\n")]);
      if (!isPossible(row)) {
        assert.notEqual(typed.exitCode, 0);
        for (const { type, name, inputs } of todo) await assert.rejects(provider.create(type, name, inputs));
        return;
      }
      assert.equal(typed.exitCode, 0, typed.stderr);
      for (const { type, name, inputs } of todo)
        made.push({ type, name, recorded: await provider.create(type, name, inputs) });
      await same(
        () => kernelOf(byUs),
        () => kernelOf(byHand),
      );
    });
  }

  it("has nothing to do a second time, and leaves nothing behind", async () => {
    for (const { type, name, recorded } of made) {
      const seen = await provider.read(type, name, recorded);
      assert.deepEqual(provider.diff(type, seen ?? recorded, recorded.inputs).details, [], name);
    }
    for (const { type, name, recorded } of [...made].reverse()) await provider.delete(type, name, recorded);
    await same(
      () => kernelOf(byUs),
      async () => empty,
    );
  });
});

/** What a row declares, which may name what the rows before it have declared. */
function declaredIn(rows: readonly Row[], index: number) {
  const upTo = (end: number) =>
    declaredBy(
      rows
        .slice(0, end)
        .map(({ program }) => program)
        .join("\n"),
    );
  return upTo(index + 1).slice(upTo(index).length);
}

function isPossible({ shell }: Row): boolean {
  const text = shell.join("\n");
  return PARTS.every(([words, isThere]) => isThere || !words.test(text));
}

/** Both are the same in the end: the states of links come by and by. */
async function same(one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<void> {
  let [seen, expected]: unknown[] = [];
  await until("the same on both hosts", async () => {
    [seen, expected] = await Promise.all([one(), other()]);
    return isDeepStrictEqual(seen, expected);
  }).catch(() => assert.deepEqual(seen, expected));
}

/** What the kernel shows, but for what the page names: the marks, and the protocol of routes. */
async function kernelOf(lab: LabHost): Promise<unknown> {
  const networks = comparable(await snapshot(lab));
  return JSON.parse(JSON.stringify(networks), (key, value) => {
    if (key === "ifalias") return undefined;
    if (key === "tables") return value.map((table: string) => table.replace(/^\tcomment ".*"\n/m, ""));
    if (key === "routes") return value.map((route: string) => route.replace(/,\["protocol","(?:static|boot)"\]/, ""));
    return value;
  });
}
