import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { getAt, type Json } from "../../provider/core/values";
import type { Declared } from "../support/engine/declared";
import { remove, scratch } from "../support/engine/project";
import { LabHost } from "../support/labHost/labHost";
import { Ovs } from "../support/labHost/ovs";
import { snapshot } from "../support/labHost/snapshot";
import { RemoteProvider } from "../support/provider/remoteProvider";
import type { Recorded } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";
import { rows } from "./conformance/specimens";
import { copyOf, elsewhere, type Specimen } from "./conformance/specimens/specimen";

/** What the kernel, or nft's library, is asked for in the place of. */
const TOOLS = ["ip", "bridge", "tc", "sysctl", "nft"];

describe("Without a call of ip, bridge, tc, sysctl or nft", function () {
  this.timeout(120_000);
  let folder: string;
  let lab: LabHost;
  let provider: RemoteProvider;
  const made = new Map<string, Declared & Recorded>();
  const env = () => ({ PATH: `${folder}:${process.env.PATH}` });
  const calls = () => readFile(path.join(folder, "calls"), "utf8").catch(() => "");

  before(needs("root", "nsenter", "unshare", "ip"));
  before(async () => {
    folder = await scratch("tools");
    for (const tool of TOOLS) {
      const script = `#!/bin/sh\necho "\${0##*/} $*" >>${folder}/calls\nexit 127\n`;
      await writeFile(path.join(folder, tool), script, { mode: 0o755 });
    }
  });
  beforeEach(async () => {
    lab = await LabHost.start();
    provider = await RemoteProvider.start(lab.door, env());
  });
  afterEach(async () => {
    await provider.stop();
    await lab.stop();
    made.clear();
  });
  after(() => remove(folder));

  const create = async (declared: Declared) => {
    const { type, name, props } = declared;
    const inputs = await provider.check(type, name, revived(props));
    made.set(name, { ...declared, ...(await provider.create(type, name, inputs)) });
  };
  const readsTheSame = async () => {
    for (const { type, name, ...recorded } of made.values()) {
      assert.deepEqual((await provider.read(type, name, recorded))?.inputs, recorded.inputs, `${type} ${name}`);
    }
  };
  const removeAll = async () => {
    for (const { type, name, ...recorded } of [...made.values()].reverse()) await provider.delete(type, name, recorded);
    made.clear();
  };
  /** With the outputs of what is made in the place of those that it names. */
  const revived = (props: object): Json => {
    const revive = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(revive);
      if (value === null || typeof value !== "object") return value;
      const { $of, path: at, $text } = value as { $of?: string; path?: string; $text?: unknown[] };
      if ($text) return $text.map(revive).join("");
      if ($of !== undefined) return getAt(made.get($of)?.state ?? {}, (at ?? "").split("."));
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revive(inner)]));
    };
    return revive(props) as Json;
  };

  it("is what these tests look for: a call would be seen", async () => {
    for (const tool of TOOLS) {
      const { exitCode } = await lab.tryRun([tool, "a", "word"], { env: { ...process.env, ...env() } });
      assert.equal(exitCode, 127);
    }
    assert.equal(await calls(), TOOLS.map((tool) => `${tool} a word\n`).join(""));
    await remove(path.join(folder, "calls"));
  });

  for (const specimen of rows.filter(({ built }) => built !== false)) {
    it(`${titleOf(specimen)} is made, read, changed in each property that can be, and removed`, async () => {
      const before = await snapshot(lab);
      const edits = Object.entries(specimen.edits).filter(([, { built }]) => built !== false);
      for (const [property, edit] of [["none", undefined] as const, ...edits]) {
        const copy = copyOf(specimen, property);
        for (const declared of [elsewhere, ...copy.declared, ...copy.leaners]) await create(declared);
        await readsTheSame();
        const it = made.get(copy.name);
        const changed = edit && copy.with({ [property]: edit.value }).find(({ name }) => name === copy.name);
        if (it && changed) {
          const inputs = await provider.check(it.type, it.name, revived(changed.props));
          made.set(copy.name, { ...it, ...(await provider.update(it.type, it.name, it, inputs)) });
          const { type, name, ...recorded } = made.get(copy.name) ?? it;
          assert.deepEqual((await provider.read(type, name, recorded))?.inputs, inputs);
        }
        await removeAll();
        assert.equal(await calls(), "", property);
      }
      await provider.stop();
      assert.deepEqual(await snapshot(lab), before);
    });
  }

  it("a Topology is made, read, changed and removed", async () => {
    const before = await snapshot(lab);
    await create({ type: "Topology", name: "lab", props: topologyOf(1) });
    await readsTheSame();
    const { type, name, ...recorded } = made.get("lab") as Declared & Recorded;
    const inputs = await provider.check(type, name, topologyOf(2));
    made.set(name, { type, name, props: {}, ...(await provider.update(type, name, recorded, inputs)) });
    await readsTheSame();
    await removeAll();
    await provider.stop();
    assert.equal(await calls(), "");
    assert.deepEqual(await snapshot(lab), before);
  });

  it("the kinds of Open vSwitch are made, read, changed and removed", async function () {
    needs("ovs-vsctl", "ovs-vswitchd", "ovsdb-server").call(this);
    const ovs = await Ovs.start(lab);
    try {
      await create({ type: "OvsBridge", name: "bridge", props: { name: "br0", datapathType: "netdev" } });
      await create({ type: "OvsPort", name: "port", props: { bridge: "br0", name: "it0", type: "internal" } });
      await readsTheSame();
      for (const [name, more] of Object.entries({ bridge: { stp: true, mtu: 1400 }, port: { tag: 5, mtu: 1400 } })) {
        const it = made.get(name) as Declared & Recorded;
        const inputs = await provider.check(it.type, name, { ...it.props, ...more });
        made.set(name, { ...it, ...(await provider.update(it.type, name, it, inputs)) });
      }
      await readsTheSame();
      await removeAll();
      assert.deepEqual(await ovs.bridges(), []);
      assert.equal(await calls(), "");
    } finally {
      await ovs.stop();
    }
  });
});

function titleOf({ type, variant }: Specimen): string {
  return variant === undefined ? type : `${type} (${variant})`;
}

/** Kinds of all ways to ask the kernel; `n` is in values that are changed in place, and in places that others take. */
function topologyOf(n: number): Json {
  const namespace = "host";
  return {
    namespaces: [{ name: namespace }, { name: `other${n}` }],
    vethPairs: [{ a: { name: "v0", namespace, mtu: 1400 + n }, b: { name: "v1", namespace: `other${n}` } }],
    bridges: [{ namespace, name: "br0", ageingTime: 30_000 + 100 * n }],
    vxlans: [{ namespace, name: "x0", vni: 7 }],
    bridgePorts: [{ namespace, bridge: "br0", device: "x0", priority: n }],
    sysctls: [{ namespace, key: "net.ipv4.ip_forward", value: n - 1 }],
    addresses: [{ namespace, device: "br0", address: `10.0.${n}.1/24` }],
    neighbors: [{ namespace, device: "br0", address: `10.0.${n}.2`, mac: "02:00:00:00:00:0a" }],
    routes: [{ namespace, destination: `10.9.${n}.0/24`, type: "unreachable" }],
    rules: [{ namespace, priority: 100 + n }],
    qdiscs: [{ namespace, device: "v0", kind: "pfifo", options: { limit: 50 + n } }],
  };
}
