import assert from "node:assert/strict";
import { processSuite, sh } from "../support/suites/processSuite";

processSuite("What a Process sees, and what is kept of what it says", (fixture, { create, remove, read }) => {
  it("keeps of its output no more than it may", async () => {
    const { lab } = fixture;
    const made = await create({
      argv: sh("seq 1 20000; echo last; exec sleep 2000"),
      logBytes: 32_768,
      ready: { line: "^last$" },
    });
    const log = String(made.state.log);
    const size = Number((await lab.run(["sh", "-c", `cat ${log} ${log}.1 | wc -c`])).trim());
    assert.ok(size > 16_000 && size <= 32_768 + 4096, String(size));
    assert.match(await read(log), /20000\nlast$/);
    await remove(made);
  });

  it("sees files of its own, those of /etc/netns, its folder and its user", async () => {
    const { lab } = fixture;
    await lab.run([
      "sh",
      "-c",
      "mount -t tmpfs tmpfs /etc/netns 2>/dev/null || { mkdir -p /etc/netns && mount -t tmpfs tmpfs /etc/netns; }",
    ]);
    await lab.run(["sh", "-c", "mkdir /etc/netns/x && echo theirs >/etc/netns/x/hosts"]);
    const before = await lab.run(["ls", "-A", "/etc"]);
    const made = await create({
      argv: sh(
        "id -un; pwd; cat /etc/hosts /etc/new/a /etc/b.conf; /etc/c; head -n1 /etc/passwd; echo; exec sleep 2000",
      ),
      files: { "/etc/new/a": "it's a\n", "/etc/b.conf": "b\n", "/etc/c": "#!/bin/cat\n" },
      ...{ user: "daemon", cwd: "/tmp", ready: { line: "^$" } },
    });
    assert.match(await read(String(made.state.log)), /^daemon\n\/tmp\ntheirs\nit's a\nb\n#!\/bin\/cat\nroot:/);
    assert.equal(await lab.run(["ls", "-A", "/etc"]), before);
    assert.match(await read(`/proc/${made.state.pid}/environ`), /HOME=\/usr\/sbin\0/);
    await remove(made);
    await lab.run(["umount", "/etc/netns"]);
  });

  const refused: [what: string, props: object, says: RegExp][] = [
    [
      "program",
      { argv: ["no-such-program"] },
      /could not start it\n.*no such program on the PATH there: no-such-program\n.*Install it/,
    ],
    ["file of a program", { argv: ["/no/such"] }, /no such program/],
    ["user", { user: "nosuchuser" }, /that user is not known there: nosuchuser\n/],
    ["folder", { cwd: "/no/such" }, /that folder is not there: \/no\/such\n/],
    ["namespace", { namespace: "z" }, /There is no namespace z/],
  ];
  for (const [what, props, says] of refused) {
    it(`says that there is no such ${what}, and leaves nothing`, async () => {
      await assert.rejects(create(props), says);
    });
  }

  it("finds its program on a PATH of its own, on which nothing else need be", async () => {
    await fixture.lab.run(["sh", "-c", "mkdir /run/own && ln -s /bin/sleep /run/own/doze"]);
    const made = await create({ argv: ["doze", "2000"], env: { PATH: "/run/own" }, user: "daemon" });
    assert.match(await read(`/proc/${made.state.pid}/cmdline`), /^doze\0/);
    await remove(made);
    await fixture.lab.run(["rm", "-r", "/run/own"]);
  });
});
