import assert from "node:assert/strict";
import { LabHost } from "../../support/labHost";
import { needs } from "../../support/need";
import { Ring } from "./ring";

describe("work in another namespace", () => {
  const file = "/run/netns/red";
  let host: LabHost;
  let ring: Ring;

  before(needs("root", "unshare", "nsenter"));
  before(async () => {
    host = await LabHost.start();
    await host.ip("netns add red");
  });
  beforeEach(async () => {
    ring = await Ring.start(host);
  });
  afterEach(() => ring?.stop());
  after(() => host?.stop());

  for (const isThrown of [false, true])
    it(`has files, children and sockets at home right after it${isThrown ? ", when it throws as well" : ""}`, async () => {
      const { home, inside, thread, files, child, listens } = await ring.run("away", "places", file, isThrown);
      const red = (await host.run(["ip", "netns", "exec", "red", "readlink", "/proc/self/ns/net"])).trim();
      assert.notEqual(home, red);
      assert.deepEqual(
        { inside, thread, files, child, listens },
        { inside: red, thread: home, files: [home], child: home, listens: true },
      );
    });

  for (const [what, name, why] of [
    ["cannot come home", "lost", "setns: EBADF"],
    ["comes to another place than home", "elsewhere", "it is another one"],
  ] as const)
    it(`ends the process with a last word where it ${what}`, async () => {
      const end = ring.end();
      await assert.rejects(ring.run("away", name, file), { message: "the process ended with 70" });
      assert.deepEqual(await end, {
        code: 70,
        stderr: `netns: the way back to the provider's own network namespace is lost (${why}); the process ends here\n`,
      });
    });

  it("does not go on to a third one", async () => {
    await assert.rejects(ring.run("away", "twice", file), {
      message: "work in a namespace must not go to another one",
    });
    assert.equal((await ring.run("away", "places", file, false)).listens, true);
  });

  it("says why where there is no such namespace, and stays at home", async () => {
    await assert.rejects(ring.run("away", "places", "/run/netns/none", false), { code: "ENOENT" });
    await assert.rejects(ring.run("away", "places", "/proc/version", false), {
      message: "setns /proc/version: EINVAL",
      code: "EINVAL",
    });
    assert.equal((await ring.run("away", "places", file, false)).listens, true);
  });

  it("leaves no descriptor open", async () => {
    assert.equal(await ring.run("away", "leaks", file), 0);
  });
});
