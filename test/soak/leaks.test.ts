import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import type { Json } from "../../provider/core/values";
import { LabHost } from "../support/labHost/labHost";
import { RemoteProvider } from "../support/provider/remoteProvider";
import type { Recorded } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";
import { cases } from "../support/suites/soak";
import { until } from "../support/suites/until";

/** All kinds; one round makes and removes each, under names of its own: what is kept by name or URN adds up. */
const lab = (name: string): [type: string, inputs: Json][] => [
  ["Namespace", { name, loopbackUp: true }],
  ["VethPair", { a: { name: "a0", namespace: name, up: true }, b: { name: "b0", namespace: name, up: true } }],
  ["Address", { namespace: name, device: "a0", address: "10.0.0.1/24" }],
  ["Sysctl", { namespace: name, key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: true }],
];
const KINDS = lab("").length;
const FIRST = 100;
const CREATES = cases(300, 2000);
/** What the heap differs by from one look to the next, and twice what each create was seen to leave: of whose is not known. */
const NOISE_BYTES = 500_000 + 3000 * CREATES;
/** With this the plugin tells, at a signal, what its heap holds that is not garbage. */
const HEAP = 'process.on("SIGUSR2", () => { gc(); console.log("heap " + process.memoryUsage().heapUsed); });';

describe(`One plugin process, after ${CREATES} creates and deletes`, function () {
  this.timeout(0);
  let host: LabHost;
  let provider: RemoteProvider;
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    host = await LabHost.start();
    const node = [process.execPath, "--expose-gc", "--import", `data:text/javascript,${encodeURIComponent(HEAP)}`];
    // With coverage the heap grows by what is counted, too.
    provider = await RemoteProvider.start([...host.door, ...node], { NODE_V8_COVERAGE: "" });
  });
  after(async () => {
    await provider?.stop();
    await host?.stop();
  });

  async function round(name: string): Promise<void> {
    const made: [type: string, recorded: Recorded][] = [];
    for (const [type, inputs] of lab(name)) {
      const recorded = await provider.create(type, name, inputs);
      made.push([type, recorded]);
      if (!(await provider.read(type, name, recorded))) assert.fail(`${type} is gone`);
    }
    for (const [type, recorded] of made.reverse()) await provider.delete(type, name, recorded);
  }

  async function held() {
    const { child, printed } = provider.plugin;
    const heaps = () => [...printed().matchAll(/^heap (\d+)$/gm)];
    const before = heaps().length;
    child.kill("SIGUSR2");
    const heap = await until("the size of the heap", () => heaps()[before]);
    const proc = `/proc/${child.pid}`;
    const rss = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`${proc}/status`, "utf8"));
    const kept = {
      files: (await readdir(`${proc}/fd`)).length,
      children: await readFile(`${proc}/task/${child.pid}/children`, "utf8"),
      run: (await host.run(["find", "/run"])).split("\n").sort(),
    };
    return { heap: Number(heap[1]), rss: Number(rss?.[1]) * 1024, kept };
  }

  it("holds as much memory, as many files, children and entries in /run as after the first hundred", async () => {
    const rounds = async (from: number, to: number) => {
      for (let index = from; index < to; index++) await round(`round${index}`);
    };
    await rounds(0, FIRST / KINDS);
    const first = await held();
    await rounds(FIRST / KINDS, CREATES / KINDS);
    const last = await held();
    assert.deepEqual(last.kept, first.kept);
    assert.ok(last.heap < first.heap + NOISE_BYTES, `the heap has grown from ${first.heap} to ${last.heap} bytes`);
    assert.ok(last.rss < first.rss * 1.5, `the process has grown from ${first.rss} to ${last.rss} bytes`);
  });
});
