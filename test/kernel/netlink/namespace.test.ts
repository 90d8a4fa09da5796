import assert from "node:assert/strict";
import { LabHost } from "../../support/labHost/labHost";
import { needs } from "../../support/suites/needs";
import { NetlinkProcess, request } from "./netlinkProcess";

describe("namespaces by the netlink", () => {
  const red = "/run/netns/red";
  let host: LabHost;
  let netlink: NetlinkProcess;

  before(needs("root", "unshare", "nsenter", "prlimit"));
  beforeEach(async () => {
    host = await LabHost.start();
    netlink = await NetlinkProcess.start(host);
  });
  afterEach(async () => {
    await netlink?.stop();
    await host?.stop();
  });

  const inodeBy = async (file: string) => Number(await host.run(["stat", "-L", "-c", "%i", file]));

  it("are made with a mark and a name that `ip netns` knows, found by their number, and taken away", async () => {
    await netlink.run("namespace", "makeNamespace", red, "a mark");
    assert.equal(await host.ip("netns list"), "red");
    const [lo] = await host.json<{ ifalias: string }[]>(["ip", "-n", "red", "-j", "link", "show", "dev", "lo"]);
    assert.equal(lo?.ifalias, "a mark");
    const inode = await inodeBy(red);
    assert.deepEqual(await netlink.run("namespace", "listNamespaces"), new Map([["red", inode]]));
    assert.equal(await netlink.run("namespace", "inodeOf", red), inode);
    await netlink.run("namespace", "removeNamespace", red);
    assert.equal(await host.run(["ls", "/run/netns"]), "");
    assert.equal((await host.run(["cat", "/proc/mounts"])).includes("netns"), true);
    assert.equal(await netlink.run("namespace", "inodeOf", red), undefined);
  });

  it("work in a folder that `ip netns` has used, the other way round, and one that is not there", async () => {
    await host.ip("netns add blue");
    await netlink.run("namespace", "makeNamespace", red, "");
    await host.ip("netns add green");
    await host.run(["rm", "-f", "/run/netns/file"]);
    await host.run(["touch", "/run/netns/file"]);
    assert.deepEqual([...(await netlink.run("namespace", "listNamespaces")).keys()], ["blue", "green", "red"]);
    await host.ip("netns del red");
    await netlink.run("namespace", "removeNamespace", "/run/netns/blue");
    assert.deepEqual([...(await netlink.run("namespace", "listNamespaces")).keys()], ["green"]);
    await netlink.run("namespace", "makeNamespace", "/run/other/one", "");
    assert.equal((await host.run(["grep", "-c", " /run/other ", "/proc/mounts"])).trim(), "1");
    assert.deepEqual([...(await netlink.run("namespace", "listNamespaces", "/run/other")).keys()], ["one"]);
    assert.deepEqual([...(await netlink.run("namespace", "listNamespaces", "/run/none")).keys()], []);
  });

  it("do not take the place of another, and leave no file where they cannot be made", async () => {
    await netlink.run("namespace", "makeNamespace", red, "mine");
    const inode = await inodeBy(red);
    await assert.rejects(netlink.run("namespace", "makeNamespace", red, "yours"), { code: "EEXIST" });
    assert.equal(await inodeBy(red), inode);
    const long = "x".repeat(300);
    await assert.rejects(netlink.run("namespace", "makeNamespace", "/run/netns/long", long), {
      code: "ERANGE",
      attribute: "IFLA_IFALIAS",
    });
    await assert.rejects(netlink.run("namespace", "removeNamespace", "/run/netns/long"), { code: "ENOENT" });
    assert.equal(await host.ip("netns list"), "red");
  });

  it("have the number in another one that `ip netns` shows", async () => {
    for (const name of ["red", "blue"]) await netlink.run("namespace", "makeNamespace", `/run/netns/${name}`, "");
    const id = () => netlink.find("namespace", "netnsId", "/run/netns/blue", red);
    assert.equal(await id(), undefined);
    await host.ip("-n blue netns set red 42");
    assert.equal(await id(), 42);
  });

  it("that were made anew under an old name are the new ones", async () => {
    await netlink.run("namespace", "makeNamespace", red, "first");
    const alias = async () => (await netlink.find("link", "listLinks", red))[0]?.ifalias;
    assert.equal(await alias(), "first");
    await host.ip("netns del red");
    await assert.rejects(alias(), { code: "ENOENT" });
    await netlink.run("namespace", "makeNamespace", red, "second");
    assert.equal(await alias(), "second");
  });

  it("may be more than there can be files open", async () => {
    const few = await NetlinkProcess.start(host, "prlimit", "--nofile=100:100");
    try {
      const files = Array.from({ length: 120 }, (_, index) => `/run/netns/n${index}`);
      for (const file of files) await few.run("namespace", "makeNamespace", file, file);
      for (const file of [...files, ...files])
        assert.equal((await few.find("link", "listLinks", file))[0]?.ifalias, file);
    } finally {
      await few.stop();
    }
  });

  it("have settings of their own, which are read and written in them alone", async () => {
    await netlink.run("namespace", "makeNamespace", red, "");
    const key = "net/ipv4/ip_forward";
    const ports = "net/ipv4/ip_local_port_range";
    await netlink.run("sysctl", "writeSysctl", red, key, "1");
    await netlink.run("sysctl", "writeSysctl", red, ports, "2000 3000");
    const [missing, ...found] = await netlink.run("sysctl", "readSysctls", red, [
      ...["net/none", key, ports, "net/ipv4", "net/ipv4/route/flush"],
    ]);
    assert.deepEqual(found, [{ value: "1\n" }, { value: "2000\t3000\n" }, { is: "folder" }, { is: "action" }]);
    assert.match(String(missing), /ENOENT/);
    assert.equal(await host.run(["ip", "netns", "exec", "red", "sysctl", "-n", "net.ipv4.ip_forward"]), "1");
    assert.deepEqual(await netlink.run("sysctl", "readSysctls", undefined, [key]), [{ value: "0\n" }]);
    const each = [["net/ipv4/conf", "forwarding"] as const, ["net/none", "forwarding"] as const];
    assert.deepEqual(
      [...(await netlink.run("sysctl", "readSysctlOfEach", red, each))].sort(),
      ["all", "default", "lo"].map((device) => [`net/ipv4/conf/${device}/forwarding`, "1\n"]),
    );
  });

  it("list all settings that there are in one", async () => {
    await netlink.run("namespace", "makeNamespace", red, "");
    await netlink.done(red, request("link", "addLink", { ifname: "br.0", linkinfo: { kind: "bridge" } }));
    const files = await host.run(["ip", "netns", "exec", "red", "find", "/proc/sys/net", "-type", "f"]);
    const keys = await netlink.run("sysctl", "listSysctls", red);
    assert.deepEqual(
      keys,
      files
        .split("\n")
        .map((file) => file.replace("/proc/sys/", ""))
        .sort(),
    );
    assert.ok(keys.includes("net/ipv6/conf/br.0/disable_ipv6"));
  });

  it("say why a setting is not written, which then is as it was", async () => {
    await netlink.run("namespace", "makeNamespace", red, "");
    const write = (key: string, value: string, ifThere = false) =>
      netlink.run("sysctl", "writeSysctl", red, key, value, ifThere);
    await assert.rejects(write("net/ipv4/none", "1"), { code: "ENOENT" });
    await write("net/ipv4/none", "1", true);
    const ports = "net/ipv4/ip_local_reserved_ports";
    for (const value of ["7", ""]) {
      await write(ports, value);
      assert.deepEqual(await netlink.run("sysctl", "readSysctls", red, [ports]), [{ value: `${value}\n` }]);
    }
    await assert.rejects(write("net/ipv4/ip_default_ttl", "9999", true), { code: "EINVAL" });
    await assert.rejects(write("net/../kernel/hostname", "x"), {
      message: "net/../kernel/hostname is no key of /proc/sys",
    });
    const [ttl] = await netlink.run("sysctl", "readSysctls", red, ["net/ipv4/ip_default_ttl"]);
    assert.deepEqual(ttl, { value: "64\n" });
  });
});
