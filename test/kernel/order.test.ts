// biome-ignore-all lint/suspicious/noTemplateCurlyInString: a `Program` has outputs in its texts.
import assert from "node:assert/strict";
import type { Json } from "../../provider/core/values";
import { agree, LabStack, shown } from "../support/engine/labStack";
import type { Program } from "../support/programs/program";
import { needs } from "../support/suites/needs";

/** What needs others by plain words alone stands before them: nothing but `namespace` says which comes first. */
function lab({
  address = "10.0.1.1/24",
  kept = "10.0.1.1",
  mode = "bridge",
}: {
  address?: string;
  kept?: string;
  mode?: string;
} = {}): Program {
  const at = { namespace: "x", device: "d1" };
  const [x, y] = ["${x.name}", "${y.name}"];
  return [
    { type: "Namespace", name: "x", inputs: { name: "x" } },
    { type: "Namespace", name: "y", inputs: { name: "y" } },
    { type: "Route", name: "source", inputs: { namespace: x, destination: "10.7.0.0/16", device: "d1", source: kept } },
    { type: "Route", name: "gateway", inputs: { namespace: x, destination: "10.9.0.0/16", gateway: "10.0.1.2" } },
    {
      type: "Route",
      name: "gateway6",
      inputs: { namespace: x, destination: "2001:db8:9::/48", gateway: "2001:db8:1::2" },
    },
    { type: "Neighbor", name: "peer", inputs: { ...at, address: "10.0.1.2", mac: "02:00:00:00:00:02" } },
    { type: "Sysctl", name: "filter", inputs: { namespace: x, key: "net.ipv4.conf.d1.rp_filter", value: 2 } },
    { type: "Sysctl", name: "any", inputs: { ...at, device: "d1", key: "net.ipv4.conf.*.proxy_arp", value: 1 } },
    { type: "Sysctl", name: "upper", inputs: { namespace: x, key: "net.ipv4.conf.m0.rp_filter", value: 2 } },
    { type: "Neighbor", name: "above", inputs: { ...at, device: "m0", address: "10.0.2.2", mac: "02:00:00:00:00:02" } },
    { type: "Route", name: "over", inputs: { namespace: x, destination: "10.6.0.0/16", gateway: "10.0.2.2" } },
    { type: "Address", name: "on", inputs: { ...at, device: "m0", address: "10.0.2.1/24" } },
    { type: "BridgePort", name: "port", inputs: { namespace: y, bridge: "br0", device: "e1" } },
    {
      type: "VethPair",
      name: "pair",
      inputs: {
        a: { namespace: x, name: "d1", mac: "02:00:00:00:00:11" },
        b: { namespace: y, name: "e1", mac: "02:00:00:00:00:12" },
      },
    },
    {
      type: "Macvlan",
      name: "upper0",
      inputs: { namespace: x, name: "m0", parent: "${pair.a.name}", mode, mac: "02:00:00:00:00:21" },
    },
    {
      type: "Sysctl",
      name: "follows",
      inputs: { namespace: x, device: "${upper0.name}", key: "net.ipv4.conf.*.proxy_arp", value: 1 },
    },
    { type: "Bridge", name: "br", inputs: { namespace: y, name: "br0" } },
    { type: "Address", name: "four", inputs: { ...at, device: "${pair.a.name}", address } },
    { type: "Address", name: "six", inputs: { ...at, device: "${pair.a.name}", address: "2001:db8:1::1/64" } },
    {
      type: "Qdisc",
      name: "slow",
      inputs: { ...at, kind: "tbf", tbf: { rate: "1mbit", burst: "32kb", latency: "50ms" } },
    },
  ];
}

describe("What the program names no order for", () => {
  let stack: LabStack;
  before(needs("root", "nsenter", "ip"));
  before(async () => {
    stack = await LabStack.start();
  });

  /** The outputs that only the kernel can tell, by the identities of what has them. */
  const seenIn = (states: readonly Json[]) =>
    states.map(({ key, device, handle, cost, vlans, previousValue }) => ({
      key,
      device,
      cost,
      vlans,
      previousValue,
      handle: typeof handle,
    }));
  let outputs: Json[] | undefined;

  for (const parallel of [Number.POSITIVE_INFINITY, 2]) {
    it(`is made in one up, before and after edits, and is at rest: ${parallel} at a time`, async () => {
      const { engine, host } = stack;
      engine.parallel = parallel;
      await engine.up(lab());
      assert.deepEqual(await engine.up(lab()), []);
      // Those of what was answered before it was made are by now as those of what was not.
      outputs ??= seenIn(engine.states());
      assert.deepEqual(seenIn(engine.states()), outputs);
      const whole = await shown(host, [lab()]);
      for (const program of [lab({ address: "10.0.1.3/24", kept: "10.0.1.3" }), lab({ mode: "private" }), lab()]) {
        await engine.up(program);
        assert.deepEqual(await engine.up(program), [], "the second up");
      }
      await agree([() => shown(host, [lab()]), async () => whole], "all is there again");
      await stack.destroy();
    });
  }

  afterEach(async function () {
    if (this.currentTest?.isFailed()) await stack.renew();
  });
  after(() => stack.stop());
});
