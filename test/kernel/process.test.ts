import assert from "node:assert/strict";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite } from "../support/suites/kernelSuite";
import { until } from "../support/suites/until";

/** A shell that goes on, with words for it. */
const sh = (script: string, ...words: string[]) => ["sh", "-c", script, "sh", ...words];
/** Goes to the background twice, in a session of its own and without the mark in its environment. */
const DAEMON = "setsid env -i /bin/sh -c 'sleep 2001 & exec sleep 2002' & ";

kernelSuite("Process on the kernel", (fixture) => {
  const sleep = { namespace: "x", name: "it", argv: ["sleep", "2000"] };
  const create = (props: object, name = "it") => fixture.provider.create("Process", name, { ...sleep, ...props });
  const read = (path: string) => fixture.lab.run(["cat", path]);
  const within = async (namespace = "x") =>
    (await fixture.lab.ip(`netns pids ${namespace}`)).trim().split("\n").filter(Boolean).map(Number);
  const commands = async () => {
    const all = await Promise.all((await within()).map((pid) => read(`/proc/${pid}/cmdline`).catch(() => "")));
    return all
      .map((words) => words.split("\0").slice(0, -1).join(" "))
      .filter((words) => /^sleep|^python/.test(words))
      .sort();
  };
  const remove = (made: Awaited<ReturnType<typeof create>>) => fixture.provider.delete("Process", "it", made);

  afterEach("no process is left", async () => {
    const left = [
      await within("x"),
      await within("y"),
      await fixture.lab.run(["sh", "-c", "ls -d /run/pulumi-netns/*/processes 2>/dev/null || :"]),
    ];
    for (const pid of await within("x")) await fixture.lab.tryRun(["kill", "-9", String(pid)]);
    await fixture.lab.run(["sh", "-c", "rm -rf /run/pulumi-netns/*"]);
    assert.deepEqual(left, [[], [], ""]);
  });

  it("starts a command, reads it, imports it and ends it", async () => {
    const { lab, provider } = fixture;
    process.env.NOT_FOR_LABS = "1";
    const made = await create({ env: { A: "b 'c" } });
    delete process.env.NOT_FOR_LABS;
    const pid = Number(made.state.pid);
    assert.deepEqual([made.id, made.state.running, await commands()], ["x/it", true, ["sleep 2000"]]);
    const environ = (await read(`/proc/${pid}/environ`)).replace(/(NETNS_PROCESS=.*)\.[0-9a-f]{20}\0/, "$1\0");
    assert.deepEqual(environ.split("\0").sort(), [
      ...["", "A=b 'c", "HOME=/root", "LOGNAME=root", `NETNS_PROCESS=${made.state.__mark}`],
      ...["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "USER=root"],
    ]);
    const [, , , , group, session] = (await read(`/proc/${pid}/stat`)).split(" ").map(Number);
    assert.deepEqual([group, session], [pid, pid]);
    assert.match(await read(`/proc/${pid}/status`), /^SigIgn:\t0+$/m);
    assert.equal(await lab.run(["nsenter", "-t", String(pid), "-m", "ls", "/sys/class/net"]), "lo");
    assert.deepEqual(await provider.read("Process", "it", made), made);
    assert.deepEqual(await provider.list("Process", {}), ["x/it"]);
    assert.deepEqual(await provider.list("Process", { namespace: "y" }), []);
    const found = await provider.import("Process", "x/it", "it");
    assert.ok(found);
    const { inputs, failures } = provider.check("Process", "it", found.inputs);
    assert.deepEqual([failures, provider.diff("Process", found, inputs).details], [[], []]);
    await assert.rejects(provider.import("Process", "x/it", "other"), /another resource has it/);
    await assert.rejects(create({}, "other"), /resource `it` of this stack already has it/);
    await remove(made);
    assert.equal(await provider.read("Process", "it", made), undefined);
    await remove(made);
  });

  it("starts one that has ended anew, keeps its log, and tells how it has ended [dead is drift]", async () => {
    const { lab, provider } = fixture;
    const made = await create({ argv: sh("echo begun $$; exec sleep 2000") });
    await lab.run(["kill", "-9", String(made.state.pid)]);
    const seen = await until("its end", async () => {
      const now = await provider.read("Process", "it", made);
      return now?.state.exitCode === 137 ? now : undefined;
    });
    assert.deepEqual([seen.state.running, seen.state.pid], [false, undefined]);
    assert.deepEqual(provider.diff("Process", seen, made.inputs).details, ["running: UPDATE"]);
    const now = await provider.update("Process", "it", seen, made.inputs);
    assert.notEqual(now.state.pid, made.state.pid);
    assert.equal(now.state.__mark, made.state.__mark);
    assert.match(await read(String(now.state.log)), /^begun \d+\nbegun \d+$/);
    await remove(now);
  });

  it("ends and starts it for a change, and puts back the old one where the new one fails", async () => {
    const { provider } = fixture;
    const made = await create({});
    const now = await provider.update("Process", "it", made, { ...sleep, argv: ["sleep", "2003"] });
    assert.deepEqual(await commands(), ["sleep 2003"]);
    await assert.rejects(
      provider.update("Process", "it", now, { ...sleep, argv: sh("echo no way; exit 3") }),
      /could not start it\n.*it has ended with exit code 3; it has said at last:\n\s+no way\n/,
    );
    assert.deepEqual(await commands(), ["sleep 2003"]);
    const stopped = await provider.update("Process", "it", now, { ...sleep, argv: ["sleep", "2003"], running: false });
    assert.deepEqual([await within(), stopped.state.running], [[], false]);
    assert.deepEqual(await provider.read("Process", "it", stopped), stopped);
    const policy = await provider.update("Process", "it", stopped, { ...stopped.inputs, stopTimeoutMs: 5 });
    assert.equal(policy.state.stopTimeoutMs, 5);
    await remove(policy);
  });

  for (const [what, kill] of [
    ["", false],
    [", also when its minder is killed first", true],
  ] as const) {
    it(`ends all of its children, wherever they have gone${what}`, async () => {
      const { lab } = fixture;
      const made = await create({ argv: sh(`${DAEMON} exec sleep 2000`) });
      await until("its children", async () => (await commands()).length === 3);
      const minder = /^by (\d+)$/m.exec(await read(`${String(made.state.log).slice(0, -3)}life`))?.[1];
      if (kill) await lab.run(["kill", "-9", String(minder)]);
      await remove(made);
    });
  }

  it("is there as long as a child is that it has left in the background", async () => {
    const { provider } = fixture;
    const made = await create({ argv: sh(`${DAEMON} exit 0`) });
    assert.deepEqual([made.state.running, await commands()], [true, ["sleep 2001", "sleep 2002"]]);
    assert.deepEqual(await provider.read("Process", "it", made), made);
    await remove(made);
  });

  it("kills after its patience what does not hear of its signal", async () => {
    const made = await create({
      argv: sh("trap 'echo heard' INT; trap '' TERM; while :; do sleep 0.1; done"),
      ...{ stopSignal: "int", stopTimeoutMs: 300 },
    });
    const begun = performance.now();
    await remove(made);
    assert.ok(performance.now() - begun > 300);
  });

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

  const UDP = 'import socket, time; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("", 81)); time.sleep(2000)';
  const service = "sleep 0.3; echo 'now ready'; exec busybox nc";
  const readies: [what: string, argv: string[], ready: object][] = [
    ["a TCP port", sh(`${service} -l -p 81`), { tcp: 81 }],
    ["a UDP port", ["python3", "-c", UDP], { udp: 81 }],
    ["a line", sh(`${service} -l -p 81`), { line: "\\bready$" }],
    [
      "a command",
      sh(`${service} -l -p 81`),
      { command: sh('[ "$(cat /etc/hostname)" = x ] && grep -q :0051 /proc/net/tcp*') },
    ],
  ];
  for (const [what, argv, ready] of readies) {
    it(`is ready with ${what}, and says what is missing`, async () => {
      const files = { "/etc/hostname": "x" };
      const made = await create({ argv, ready, files });
      await remove(made);
      const late = create({ argv: sh("echo no; exec sleep 2000"), ready: { ...ready, timeoutMs: 200 }, files });
      await assert.rejects(late, /could not start it\n.*(port 81|no line|command of `ready`).*\n\s+no\n.*timeoutMs/s);
    });
  }

  for (const [what, command, says] of [
    [
      "its last answer",
      sh('[ -e /run/tried ] && exec sleep 2005; touch /run/tried; echo "no way"; exit 4'),
      "ended with 4: no way",
    ],
    ["that it has none", ["sleep", "2005"], "was not at its end in time"],
  ] as const) {
    it(`says of a command of \`ready\` that the time is up for ${what}`, async () => {
      const late = create({ ready: { command, timeoutMs: 300 } });
      await assert.rejects(late, new RegExp(`the command of \`ready\` ${says}; it has said nothing`));
      await fixture.lab.run(["rm", "-f", "/run/tried"]);
    });
  }

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
    ["program", { argv: ["no-such-program"] }, /could not start it\n.*no such program on the PATH there\n.*Install it/],
    ["file of a program", { argv: ["/no/such"] }, /no such program/],
    ["user", { user: "nosuchuser" }, /that user is not known there.*no such user/],
    ["folder", { cwd: "/no/such" }, /that folder is not there/],
    ["namespace", { namespace: "z" }, /There is no namespace z/],
  ];
  for (const [what, props, says] of refused) {
    it(`says that there is no such ${what}, and leaves nothing`, async () => {
      await assert.rejects(create(props), says);
    });
  }

  for (const [when, moment] of [
    ["before it was started", /^nsenter .* setsid /],
    ["before it was known to be ready", /^install .*\/ready/],
    ["before the engine had stored it", /never/],
  ] as const) {
    it(`goes on after a run that died ${when}, and after one that died while it ended it`, async () => {
      const [dying, next, ending] = [1, 2, 3].map(() => new TestProvider(fixture.lab));
      assert.ok(dying && next && ending);
      dying.dieBefore((command) => moment.test(command));
      await dying.create("Process", "it", sleep).catch(({ message }) => assert.match(message, /the process is dead/));
      const made = await next.create("Process", "it", sleep);
      assert.deepEqual(await commands(), ["sleep 2000"]);
      ending.dieBefore((command) => /^rm -rf/.test(command));
      await assert.rejects(ending.delete("Process", "it", made), /the process is dead/);
      await remove(made);
    });
  }

  it("is found by its mark where its folder or its namespace is gone, and ended", async () => {
    const { lab, provider } = fixture;
    for (const by of ["rm -r /run/pulumi-netns/*/processes", "ip netns del x && ip netns add x"]) {
      const made = await create({});
      await lab.run(["sh", "-c", by]);
      const seen = await provider.read("Process", "it", made);
      assert.equal(seen?.state.__remains, true, by);
      await provider.delete("Process", "it", seen);
      const alive = await lab.tryRun(["kill", "-0", String(made.state.pid)]);
      assert.notEqual(alive.exitCode, 0, by);
    }
  });

  it("says how it has ended where it does after it was ready, also in a Topology", async () => {
    const { lab } = fixture;
    const provider = new TestProvider(lab);
    const end =
      "for one in /run/pulumi-netns/*/processes/x:it; do kill $(sed -n 's/^up \\([0-9]*\\).*/\\1/p' $one/life); done";
    const props = { ...sleep, argv: sh("trap 'echo no more; exit 4' TERM; echo up; while :; do sleep 0.01; done") };
    const says =
      /it has ended after its start\n.*it has ended with exit code 4; it has said at last:\n\s+up\n\s+no more\n.*goes on/s;
    for (const create of [
      () => provider.create("Process", "it", { ...props, ready: { line: "^up$" } }),
      () => provider.create("Topology", "lab", { processes: [{ ...props, ready: { line: "^up$" } }] }),
    ]) {
      provider.overtakeBefore(/^install .*\/ready/, () => lab.run(["sh", "-c", end]));
      await assert.rejects(create(), says);
    }
  });
});
