import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Json } from "../../provider/core/values";
import { makeForeignObjects } from "../support/labHost/foreignObjects";
import { LabHost } from "../support/labHost/labHost";
import { withoutNftLibrary } from "../support/labHost/nftLibrary";
import { snapshot } from "../support/labHost/snapshot";
import { RemoteProvider } from "../support/provider/remoteProvider";
import type { Recorded } from "../support/provider/rpcs";
import { hasNft } from "../support/suites/kernelOptions";
import { needs } from "../support/suites/needs";
import { RestrictedHost, type Restrictions } from "./restrictedHost";

const OWN_RUN = "mount -n -t tmpfs tmpfs /run";

/** The hosts of the table in docs/host.md, in its order and words. */
const HOSTS: Record<string, Restrictions & { /** What is made there is not seen from outside. */ isApart?: boolean }> =
  {
    "has all of it": {},
    "has neither iproute2 nor procps": { without: ["ip", "bridge", "tc", "sysctl"] },
    "has no util-linux": { without: ["nsenter", "unshare"] },
    "has no nftables": hasNft ? { mounts: [withoutNftLibrary().join(" ")] } : {},
    "gives no rights": { words: ["setpriv", "--bounding-set=-net_admin,-sys_admin"] },
    "gives CAP_NET_ADMIN alone": { words: ["setpriv", "--bounding-set=-all,+net_admin"] },
    "has `/proc/sys` read-only": { mounts: ["mount -n --bind -o ro /proc/sys /proc/sys"] },
    "has `/run` read-only": { mounts: ["mount -n -o remount,bind,ro /run", "mount -n -o remount,bind,ro /run/netns"] },
    "has no `/run/netns` yet": { mounts: [OWN_RUN], isApart: true },
    "has `/run/netns` not shared with the host (a container, systemd's `PrivateMounts`)": {
      mounts: ["mount -n --make-rprivate /run"],
      isApart: true,
    },
    "gives root in a user namespace, without a network namespace of its own": {
      words: ["unshare", "--user", "--map-root-user"],
    },
    "gives root in a user namespace, with network, mounts and `/run` of its own (`unshare -Urnm`)": {
      words: ["unshare", "-Urnm", "sh", "-c", `'${OWN_RUN} && ip link set lo up && exec "$@"'`, "sh"],
      isApart: true,
    },
  };

/** Kinds of all ways to work on a host, in the order of making: inputs as Check gives them. What is there before, and what is made besides. */
const THERE: Record<string, Json> = {
  Namespace: { name: "net0", loopbackUp: true },
  VethPair: { a: { name: "a0", namespace: "net0", up: true }, b: { name: "b0", namespace: "net0", up: true } },
  Address: { namespace: "net0", device: "a0", address: "10.0.0.1/24" },
  Sysctl: { namespace: "net0", key: "net.ipv4.ip_forward", value: "1", restoreOnDelete: true },
  ...(hasNft && { Firewall: { namespace: "net0", name: "fw0", family: "inet", rules: "chain a {\n}" } }),
};
const MORE: Record<string, Json> = {
  Namespace: { name: "net1", loopbackUp: true },
  VethPair: { a: { name: "a1", up: true }, b: { name: "b1", up: true } },
  Address: { device: "lo", address: "10.0.1.1/32" },
  Sysctl: { key: "net.ipv4.tcp_mtu_probing", value: "1", restoreOnDelete: true },
  ...(hasNft && { Firewall: { name: "fw1", family: "inet", rules: "chain a {\n}" } }),
};

const TYPES = Object.keys(THERE);

describe("A host that", function () {
  this.timeout(120_000);
  const rows = new Map<string, { failing: string[]; says: string }>();
  let lab: LabHost;
  /** On the same host as the restricted one, with all that it needs. */
  let rich: RemoteProvider;
  before(needs("root", "nsenter", "unshare", "setpriv", "ip", "sysctl"));
  before(async () => {
    const [, table = ""] = (await readFile("docs/host.md", "utf8")).split(/<!-- \/?hosts -->/);
    for (const line of table.trim().split("\n").slice(2)) {
      const [, host = "", failing = "", says = ""] = line.split("|").map((cell) => cell.trim());
      rows.set(host, {
        failing: failing === "all" ? TYPES : TYPES.filter((type) => failing.split(", ").includes(type)),
        says: plain(says),
      });
    }
  });
  beforeEach(async () => {
    lab = await LabHost.start();
    await makeForeignObjects(lab);
    rich = await RemoteProvider.start(lab.door);
  });
  afterEach(async () => {
    await rich.stop();
    await lab.stop();
  });

  it("is in this test is in docs/host.md, and the other way round", () => {
    assert.deepEqual([...rows.keys()], Object.keys(HOSTS));
  });

  for (const [title, { isApart = false, ...poverty }] of Object.entries(HOSTS)) {
    it(`${title}: works or says why, takes nothing for gone, touches nothing foreign, previews [25] [35]`, async () => {
      const { failing = [], says = "" } = rows.get(title) ?? {};
      const before = await snapshot(lab);
      const host = await RestrictedHost.make(poverty);
      const restricted = await RemoteProvider.start([...lab.door, ...host.words]);
      const helper = isApart ? restricted : rich;
      const there = new Map<string, Recorded>();
      const more = new Map<string, Recorded>();
      const errors: string[] = [];
      const refused = (error: Error) => {
        errors.push(error.message);
        return undefined;
      };
      try {
        for (const type of TYPES) there.set(type, await helper.create(type, "there", THERE[type] as Json));
        for (const type of TYPES) {
          await restricted.create(type, "more", MORE[type] as Json, { preview: true });
          const made = await restricted.create(type, "more", MORE[type] as Json).catch(refused);
          if (made) more.set(type, made);
        }
        assert.deepEqual(
          TYPES.filter((type) => !more.has(type)),
          failing,
          errors.join("\n"),
        );
        for (const [type, recorded] of there) {
          // What cannot be told is an error: the engine keeps what it has recorded.
          const found = await restricted.read(type, "there", recorded).catch((error) => refused(error) ?? recorded);
          assert.deepEqual(found?.inputs, recorded.inputs, `${type} is taken for gone`);
        }
        for (const [type, recorded] of [...there].reverse())
          await restricted.delete(type, "there", recorded).catch(refused);
        for (const error of errors) {
          assert.ok(plain(error).includes(says) || /because rights are missing \(see/.test(error), error);
        }
        if (!isApart) await restricted.stop();
        // What the restricted host has not done is gone on with, and then all of it taken away.
        for (const type of failing) more.set(type, await helper.create(type, "more", MORE[type] as Json));
        for (const [type, recorded] of [...more].reverse()) await helper.delete(type, "more", recorded);
        for (const [type, recorded] of [...there].reverse()) await helper.delete(type, "there", recorded);
      } finally {
        await restricted.stop();
        await rich.stop();
        await host.close();
      }
      assert.deepEqual(await snapshot(lab), before);
    });
  }
});

/** Without the marks of code, and in small letters. */
function plain(text: string): string {
  return text.replaceAll("`", "").toLowerCase();
}
