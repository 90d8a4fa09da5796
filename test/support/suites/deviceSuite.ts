import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import { TestProvider } from "../provider/testProvider";
import { type KernelFixture, kernelSuite, linkIn } from "./kernelSuite";
import { skipAll } from "./needs";

export interface DeviceRow {
  type: string;
  /** The kernel's word for it. */
  linkType: string;
  /** The kernel's option that has it. */
  option: string;
  isBuilt: boolean;
  /** What such a device needs besides its name. */
  props: Json;
  /** The words of `ip link add` for a foreign one, after `name …`. */
  foreign?: string;
  /** Those of `ip` for one, where `ip link add` makes none. */
  foreignByIp?: string;
  /** It is made and marked in one step; the words are of the one after that, which `alias` is in for all others. */
  afterMark?: string;
  /** The kernel leaves it in its namespace. */
  isLocal?: boolean;
  /** Where it cannot be changed: it has none, for it carries packets and not frames, or it is the parent's, or what it was made with. */
  mac?: "none" | "parent's" | "fixed";
  /** The MTU that the kernel gives. */
  mtu: number;
}

const RENAMED = ["name", "name it7", "it7", "x"] as const;
const MOVED = ["namespace", "netns y", "it0", "y"] as const;

/** What must hold for every kind that is one device, on a lab host that has `va` and `vb`, a pair, in namespace x. */
export function deviceSuite(row: DeviceRow, more: (fixture: KernelFixture, it0: Json) => void = () => {}): void {
  const { type, linkType, props, mtu, afterMark } = row;
  const foreign = row.foreignByIp ?? `link add name it0 ${row.foreign}`;
  const second = afterMark ?? "alias";
  if (!row.isBuilt) saysWhatLacks(row);
  kernelSuite(`${type} on the kernel`, (fixture) => {
    // What the provider cares for by itself, whatever the kind, is proved by the kinds that this kernel has: the second one is slow.
    const itHere = row.isBuilt ? it : () => {};
    before(function () {
      if (!row.isBuilt) skipAll(this, row.option);
    });
    const it0 = { namespace: "x", name: "it0", ...props };
    /** Where it can be said, or can be said once. */
    const mac = (last: string, once?: "fixed") =>
      row.mac === undefined || row.mac === once ? { mac: `02:00:00:00:00:${last}` } : {};
    const exists = async (name: string, netns = "x") =>
      (await fixture.lab.tryRun(["ip", "-n", netns, "link", "show", "dev", name])).exitCode === 0;

    beforeEach(async () => {
      await fixture.lab.ip("-n x link add name va type veth peer name vb");
      for (const name of ["va", "vb"]) await fixture.lab.ip(`-n x link set ${name} up`);
    });
    afterEach(() => fixture.lab.ip("-n x link del va"));

    it("makes it where it belongs, up and marked, and delete takes it away", async () => {
      const { lab, provider } = fixture;
      const made = await provider.create(type, "it0", { ...it0, ...mac("0A", "fixed"), mtu: 1300 });
      assert.equal(made.id, "x/it0");
      const link = await linkIn(lab, "x", "it0");
      assert.deepEqual([link.mtu, link.flags.includes("UP")], [1300, true]);
      const parents = row.mac === "parent's" ? (await linkIn(lab, "x", "va")).address : "02:00:00:00:00:0a";
      if (row.mac !== "none") assert.equal(link.address, parents);
      assert.deepEqual([link.ifalias, link.group, link.ifindex], [made.state.__mark, "default", made.state.ifindex]);
      assert.deepEqual(await provider.read(type, "it0", made), made);
      assert.deepEqual(await provider.list(type), ["x/it0"]);
      await provider.delete(type, "it0", made);
      assert.equal(await provider.read(type, "it0", made), undefined);
      await provider.delete(type, "it0", made);
    });

    it("changes mac, mtu and up in place, and takes back a changed mtu", async () => {
      const { lab, provider } = fixture;
      const made = await provider.create(type, "it0", it0);
      assert.equal(made.state.mtu, mtu);
      const { ifindex, address } = await linkIn(lab, "x", "it0");
      const news = { ...it0, ...mac("0b"), mtu: 1400, up: false };
      const now = await provider.update(type, "it0", made, news);
      const link = await linkIn(lab, "x", "it0");
      const changed = row.mac ? address : "02:00:00:00:00:0b";
      assert.deepEqual([link.ifindex, link.address, link.mtu], [ifindex, changed, 1400]);
      assert.equal(link.flags.includes("UP"), false);
      await lab.ip("-n x link set it0 mtu 1290");
      const seen = await provider.read(type, "it0", now);
      assert.ok(seen);
      assert.deepEqual(provider.diff(type, seen, now.inputs).details, ["mtu: UPDATE"]);
      await provider.delete(type, "it0", await provider.update(type, "it0", seen, news));
    });

    itHere("leaves foreign devices of that name alone and says so [31]", async () => {
      const { lab, provider } = fixture;
      for (const [words, what] of [
        [foreign, `the ${linkType} x/it0`],
        ["link add name it0 type veth peer name itp", `a device x/it0 that is no ${linkType}`],
      ]) {
        await lab.ip(`-n x ${words}`);
        const before = await linkIn(lab, "x", "it0");
        const refused = new RegExp(`it already exists.*\\n  there is ${what}; it is left as it is`);
        await assert.rejects(provider.create(type, "it0", it0), refused);
        assert.deepEqual(await linkIn(lab, "x", "it0"), before);
        await lab.ip("-n x link del it0");
      }
    });

    itHere("survives being deleted by hand, and does not delete what has its name since [34]", async () => {
      const { lab, provider } = fixture;
      const made = await provider.create(type, "it0", it0);
      await lab.ip("-n x link del it0");
      assert.equal(await provider.read(type, "it0", made), undefined);
      await lab.ip(`-n x ${foreign}`);
      assert.equal(await provider.read(type, "it0", made), undefined);
      await provider.delete(type, "it0", made);
      assert.ok(await exists("it0"));
      await lab.ip("-n x link del it0");
    });

    itHere("sees that it was renamed or moved, calls it a replacement, and removes it", async () => {
      const { lab, provider } = fixture;
      for (const [path, words, name, netns] of row.isLocal ? [RENAMED] : [RENAMED, MOVED]) {
        for (const isRefreshed of [true, false]) {
          const made = await provider.create(type, "it0", it0);
          await lab.ip("-n x link set it0 down");
          await lab.ip(`-n x link set it0 ${words}`);
          const seen = await provider.read(type, "it0", made);
          assert.ok(seen);
          const { details } = provider.diff(type, seen, made.inputs);
          assert.ok(details.includes(`${path}: UPDATE_REPLACE`), details.join());
          await provider.delete(type, "it0", isRefreshed ? seen : made);
          assert.equal(await exists(name, netns), false);
        }
      }
    });

    itHere("goes on after a run that died between making it and marking it, and before it could answer", async () => {
      const { lab, provider } = fixture;
      // A name that no batch can hold: each step is a command of its own.
      const odd = { ...it0, name: "it#0" };
      const dying = new TestProvider(lab);
      dying.dieBefore((command) => command.includes(second));
      await assert.rejects(dying.create(type, "it0", odd));
      assert.equal((await linkIn(lab, "x", "it#0")).ifalias === undefined, afterMark === undefined);
      const lost = await new TestProvider(lab).create(type, "it0", odd);
      assert.equal((await linkIn(lab, "x", "it#0")).ifalias, lost.state.__mark);
      assert.deepEqual(await provider.create(type, "it0", odd), lost);
      await provider.delete(type, "it0", lost);
    });

    itHere("undoes what it made when a later step fails, and a half-done update [32] [33]", async () => {
      const { lab, provider } = fixture;
      const odd = { ...it0, name: "it#0" };
      provider.failOn((command) => command.includes(second));
      await assert.rejects(provider.create(type, "it0", odd), /refused by the test/);
      assert.equal(await exists("it#0"), false);
      provider.failOn((command) => command.includes("it#0 down"));
      const made = await provider.create(type, "it0", odd);
      await assert.rejects(provider.update(type, "it0", made, { ...odd, mtu: 1300, up: false }), /refused by the test/);
      assert.equal((await linkIn(lab, "x", "it#0")).mtu, mtu);
      await provider.delete(type, "it0", made);
    });

    it("imports one, with inputs whose next diff is empty", async () => {
      const { lab, provider } = fixture;
      await lab.ip(`-n x ${foreign}`);
      await lab.ip("-n x link set it0 mtu 1300");
      const found = await provider.import(type, "x/it0");
      assert.deepEqual([found?.inputs.name, found?.inputs.mtu, found?.inputs.up], ["it0", 1300, false]);
      assert.ok(found);
      const { inputs, failures } = provider.check(type, "found", found.inputs);
      assert.deepEqual([failures, provider.diff(type, found, inputs).details], [[], []]);
      await provider.delete(type, "found", found);
      await assert.rejects(provider.import(type, "x/lo"), new RegExp(`a device x/lo that is no ${linkType}`));
      assert.equal(await provider.import(type, "x/it0"), undefined);
    });

    more(fixture, it0);
  });
}

function saysWhatLacks({ type, option, props }: DeviceRow): void {
  kernelSuite(`${type} on a kernel without ${option}`, (fixture) => {
    it("is refused with the option's name, and leaves nothing", async () => {
      const { lab, provider } = fixture;
      await lab.ip("-n x link add name va type veth peer name vb");
      await assert.rejects(
        provider.create(type, "it0", { namespace: "x", name: "it0", ...props }),
        new RegExp(
          `could not make the \\w+\\n.*\\n  (This kernel has|There is) no .*: it needs ${option} \\(try .modprobe`,
        ),
      );
      await lab.ip("-n x link del va");
    });
  });
}
