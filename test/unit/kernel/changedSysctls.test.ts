import assert from "node:assert/strict";
import { changed } from "../../../provider/kernel/changedSysctls";
import type { Device } from "../../../provider/kernel/linkRow";

const FRESH = {
  "net.ipv4.ip_forward": "0",
  "net.ipv4.conf.all.forwarding": "0",
  "net.ipv4.conf.all.accept_redirects": "1",
  "net.ipv4.conf.default.forwarding": "0",
  "net.ipv4.conf.default.rp_filter": "2",
  "net.ipv4.conf.lo.rp_filter": "2",
  "net.ipv4.neigh.lo.gc_stale_time": "60",
  "net.ipv6.conf.default.accept_dad": "1",
  "net.ipv6.conf.default.mtu": "1280",
  "net.ipv6.conf.all.disable_ipv6": "0",
  "net.ipv6.conf.default.disable_ipv6": "0",
};
const device = (ifname: string, more: Partial<Device> = {}) =>
  ({ ifname, flags: [], mtu: 1400, address: "02:00:00:00:00:01", ...more }) as unknown as Device;

function told(set: Record<string, string>, devices = [device("eth0"), device("eth0.5", { flags: ["NOARP"] })]) {
  const all = new Map(Object.entries({ ...FRESH, ...set }));
  return Object.fromEntries(changed(all, new Map(Object.entries(FRESH)), devices));
}

describe("the sysctls that somebody has set", () => {
  it("are none in a new namespace, nor those that a device has by what it is", () => {
    const own = { "net.ipv6.conf.eth0.mtu": "1400", "net.ipv6.conf.eth0.accept_dad": "1" };
    assert.deepEqual(told({ ...own, "net.ipv6.conf.eth0/5.accept_dad": "-1" }), {});
  });

  it("are those of a device that differ from what new ones get", () => {
    const set = { "net.ipv4.conf.eth0.rp_filter": "0", "net.ipv4.neigh.eth0/5.gc_stale_time": "5" };
    assert.deepEqual(told({ ...set, "net.ipv4.conf.eth0/5.rp_filter": "2" }), set);
  });

  it("are not those that another one has set along, unless they have another value by now", () => {
    const along = { "net.ipv4.conf.default.forwarding": "1", "net.ipv4.conf.eth0.forwarding": "1" };
    const forward = { "net.ipv4.ip_forward": "1" };
    const set = {
      ...forward,
      "net.ipv4.conf.all.forwarding": "1",
      "net.ipv4.conf.all.accept_redirects": "0",
      ...along,
    };
    assert.deepEqual(told(set), forward);
    const off = { "net.ipv4.conf.eth0.forwarding": "0", "net.ipv4.conf.all.accept_redirects": "1" };
    assert.deepEqual(told({ ...set, ...off }), { ...forward, ...off });
  });

  it("are those of each device as well, where what is for new ones was set: it depends on the order", () => {
    const set = { "net.ipv4.conf.default.rp_filter": "1", "net.ipv4.conf.eth0.rp_filter": "1" };
    const lo = { "net.ipv4.conf.lo.rp_filter": "2" };
    assert.deepEqual(told({ ...set, ...lo }), { ...set, ...lo });
  });

  it("are none that a new namespace does not know", () => {
    assert.deepEqual(told({ "net.core.rmem_max": "1", "net.ipv4.conf.gone.rp_filter": "0" }), {});
  });
});
