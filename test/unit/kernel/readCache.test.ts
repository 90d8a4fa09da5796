import assert from "node:assert/strict";
import { constants } from "node:os";
import { showAddresses } from "../../../provider/kernel/address";
import { withReadCache } from "../../../provider/kernel/kernel";
import { showLink, showLinks } from "../../../provider/kernel/link";
import { placeOf } from "../../../provider/kernel/place";
import { SharedReads } from "../../../provider/kernel/readCache";
import { showRules } from "../../../provider/kernel/rule";
import { SystemError } from "../../../provider/netlink/system";
import { FakeHost, kernelOn } from "../../support/provider/fakeHost";
import { fakeLink } from "../../support/provider/fakeNetlink";
import { until } from "../../support/suites/until";

function setUp(...namespaces: string[]) {
  const host = new FakeHost();
  for (const name of namespaces) {
    const veth = { index: 2, ifname: "eth0", propList: { altIfname: ["uplink"] }, linkinfo: { kind: "veth" } };
    host.netlink.add(`/run/netns/${name}`).links.push(fakeLink(veth as Parameters<typeof fakeLink>[0]));
  }
  return { host, kernel: withReadCache(kernelOn(host)), once: kernelOn(host) };
}

/** How often each namespace was looked into for all that is of a sort. */
function looks({ netlink }: FakeHost, type: number) {
  return netlink.looks.filter((look) => look.type === type).map(({ netns }) => netns);
}
const [GETLINK, GETADDR, GETRULE] = [18, 22, 34];
const ifnames = (rows: { ifname: string }[] | undefined) => rows?.map(({ ifname }) => ifname);

describe("a cache of reads", () => {
  it("looks into each namespace once, however many things are looked for in there", async () => {
    const { host, kernel } = setUp("x", "y");
    const asked = ["x", "y", "x", "x", "y"].flatMap((netns) => [
      showLink(kernel, netns, "eth0"),
      showLinks(kernel, netns),
      showAddresses(kernel, netns, "eth0"),
    ]);
    await Promise.all(asked);
    await showLink(kernel, "x", "lo");
    for (const type of [GETLINK, GETADDR]) assert.deepEqual(looks(host, type), ["/run/netns/x", "/run/netns/y"]);
    assert.equal(host.netlink.looks.length, 4);
  });

  it("looks for all else once as well", async () => {
    const { host, kernel } = setUp("x", "y");
    const asked = ["x", "x", "y"].flatMap((netns) =>
      [100, 200].map((priority) => showRules(kernel, netns, "inet", priority)),
    );
    await Promise.all(asked);
    assert.deepEqual(looks(host, GETRULE), ["/run/netns/x", "/run/netns/y"]);
  });

  it("answers as single looks do", async () => {
    const { kernel, once } = setUp("x");
    for (const one of [kernel, once]) {
      assert.equal((await showLink(one, "x", "eth0"))?.ifname, "eth0");
      assert.equal(await showLink(one, "x", "eth1"), undefined);
      assert.equal(await showLink(one, "x", "uplink"), undefined, "another name is not the device's");
      assert.deepEqual(ifnames(await showLinks(one, "x", "veth")), ["eth0"]);
      assert.deepEqual(ifnames(await showLinks(one, "x")), ["lo", "eth0"]);
      assert.deepEqual(ifnames(await showAddresses(one, "x")), ["lo", "eth0"]);
      assert.deepEqual(ifnames(await showAddresses(one, "x", "uplink")), ["eth0"]);
      assert.equal(await showAddresses(one, "x", "eth1"), undefined);
    }
  });

  it("answers that a namespace is not there, or that what is there is none", async () => {
    const { host, kernel } = setUp("x", "plain");
    host.netlink.beforeLook = ({ netns }) => {
      if (netns === "/run/netns/plain") throw new SystemError("setns", constants.errno.EINVAL);
    };
    const found = await Promise.all(["x", "gone", "plain"].map((netns) => showLinks(kernel, netns)));
    assert.deepEqual(
      found.map((links) => links?.length),
      [2, undefined, undefined],
    );
  });

  it("asks once for the file of a namespace", async () => {
    const { host, kernel } = setUp("x");
    let asked = 0;
    const stat = host.stat.bind(host);
    host.stat = (path) => {
      asked += 1;
      return stat(path);
    };
    const link = { ifindex: 2 };
    const places = await Promise.all([1, 2, 3].map(() => placeOf(kernel, "x", link)));
    assert.equal(new Set(places).size, 1);
    assert.equal(asked, 1);
  });

  it("fails for all that ask when a look fails, and says where", async () => {
    const { host, kernel } = setUp("x", "y");
    host.netlink.beforeLook = () => {
      throw new SystemError("recv", constants.errno.ENOMEM);
    };
    const ends = await Promise.allSettled(["y", "y"].map((netns) => showLink(kernel, netns, "lo")));
    for (const end of ends) {
      assert.ok(end.status === "rejected" && /^could not look into namespace y\n.*ENOMEM/.test(end.reason.message));
    }
  });
});

describe("those who ask at the same moment", () => {
  it("are told together, and one look is made for them", async () => {
    const { host, once } = setUp("x");
    const asked = [1, 2, 3].map(() => showLink(once, "x", "eth0"));
    assert.deepEqual(ifnames((await Promise.all(asked)).flatMap((link) => link ?? [])), ["eth0", "eth0", "eth0"]);
    assert.deepEqual(looks(host, GETADDR), ["/run/netns/x"]);
  });

  it("never get what was seen before they asked", async () => {
    const sharedReads = new SharedReads();
    let now = 0;
    let end = () => {};
    const look = async () => {
      const seen = now;
      await new Promise<void>((resolve) => (end = resolve));
      return seen;
    };
    const first = sharedReads.once("ip link", look);
    // It has begun to look when the end is there.
    const begun = end;
    await until("the first look", () => end !== begun);
    const endFirst = end;
    now = 1;
    const second = sharedReads.once("ip link", look);
    endFirst();
    assert.equal(await first, 0);
    await until("the second look", () => end !== endFirst);
    end();
    assert.equal(await second, 1);
  });

  it("are told together that a look failed, and the next one looks again", async () => {
    const sharedReads = new SharedReads();
    const failing = () => Promise.reject(new Error("no"));
    const ends = await Promise.allSettled([sharedReads.once("a", failing), sharedReads.once("a", failing)]);
    assert.deepEqual(
      ends.map(({ status }) => status),
      ["rejected", "rejected"],
    );
    assert.equal(await sharedReads.once("a", async () => 1), 1);
  });
});
