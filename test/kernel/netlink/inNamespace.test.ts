import assert from "node:assert/strict";
import { LabHost } from "../../support/labHost/labHost";
import { needs } from "../../support/suites/needs";
import { NetlinkProcess } from "./netlinkProcess";

describe("work in another namespace", () => {
  const file = "/run/netns/red";
  let host: LabHost;
  let netlink: NetlinkProcess;

  before(needs("root", "unshare", "nsenter"));
  before(async () => {
    host = await LabHost.start();
    await host.ip("netns add red");
  });
  beforeEach(async () => {
    netlink = await NetlinkProcess.start(host);
  });
  afterEach(() => netlink?.stop());
  after(() => host?.stop());

  for (const isThrown of [false, true])
    it(`has files, children and sockets at home right after it${isThrown ? ", when it throws as well" : ""}`, async () => {
      const { home, inside, thread, files, child, listens } = await netlink.run(
        "inNamespaceCases",
        "places",
        file,
        isThrown,
      );
      const red = (await host.run(["ip", "netns", "exec", "red", "readlink", "/proc/self/ns/net"])).trim();
      assert.notEqual(home, red);
      assert.deepEqual(
        { inside, thread, files, child, listens },
        { inside: red, thread: home, files: [home], child: home, listens: true },
      );
    });

  it("is not seen by those who look at home meanwhile", async () => {
    const { home, meanwhile } = await netlink.run("inNamespaceCases", "ownMeanwhile", file);
    assert.deepEqual(meanwhile, home);
  });

  for (const [what, name, why] of [
    ["cannot come home", "lost", "setns: EBADF"],
    ["comes to another place than home", "elsewhere", "it is another one"],
  ] as const)
    it(`ends the process with a last word where it ${what}`, async () => {
      const end = netlink.end();
      await assert.rejects(netlink.run("inNamespaceCases", name, file), { message: "the process ended with 70" });
      assert.deepEqual(await end, {
        code: 70,
        stderr: `netns: the way back to the provider's own network namespace is lost (${why}); the process ends here\n`,
      });
    });

  it("does not go on to a third one", async () => {
    await assert.rejects(netlink.run("inNamespaceCases", "twice", file), {
      message: "work in a namespace must not go to another one",
    });
    assert.equal((await netlink.run("inNamespaceCases", "places", file, false)).listens, true);
  });

  it("says why where there is no such namespace, and stays at home", async () => {
    await assert.rejects(netlink.run("inNamespaceCases", "places", "/run/netns/none", false), { code: "ENOENT" });
    await assert.rejects(netlink.run("inNamespaceCases", "places", "/proc/version", false), {
      message: "setns /proc/version: EINVAL",
      code: "EINVAL",
    });
    assert.equal((await netlink.run("inNamespaceCases", "places", file, false)).listens, true);
  });

  it("says why where it may not go, and goes on at home", async () => {
    await assert.rejects(netlink.run("inNamespaceCases", "barred", file), { message: /^setns \/run\/netns\/red: / });
    assert.equal((await netlink.run("inNamespaceCases", "places", file, false)).listens, true);
  });

  it("leaves no descriptor open", async () => {
    assert.equal(await netlink.run("inNamespaceCases", "leaks", file), 0);
  });
});
