import assert from "node:assert/strict";
import { TestProvider } from "../support/provider/testProvider";
import { processSuite, sh, sleep } from "../support/suites/processSuite";
import { until } from "../support/suites/until";

processSuite("What a Process is ready with", (fixture, { create, remove, read }) => {
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

  it("says how it has ended where it does after it was ready, also in a Topology", async () => {
    const { lab } = fixture;
    const provider = new TestProvider(lab);
    const end = [
      "cd /run/pulumi-netns/*/processes/x:it && kill $(sed -n 's/^up \\([0-9]*\\).*/\\1/p' life)",
      "for i in $(seq 500); do grep -q ^ended life && exit; sleep 0.01; done; exit 1",
    ].join("\n");
    const props = { ...sleep, argv: sh("trap 'echo no more; exit 4' TERM; echo up; while :; do sleep 0.01; done") };
    const says =
      /it has ended after its start\n.*it has ended with exit code 4; it has said at last:\n\s+up\n\s+no more\n.*goes on/s;
    for (const create of [
      () => provider.create("Process", "it", { ...props, ready: { line: "^up$" } }),
      () => provider.create("Topology", "lab", { processes: [{ ...props, ready: { line: "^up$" } }] }),
    ]) {
      provider.overtakeBefore(/^writeFile .*\/ready/, () => lab.run(["sh", "-c", end]));
      await assert.rejects(create(), says);
    }
  });

  it("is not ready with a port that another one has, and says why it has ended", async () => {
    const server = { argv: ["python3", "-m", "http.server", "81"], ready: { tcp: 81 } };
    const made = await create(server);
    const other = fixture.provider.create("Process", "other", { ...sleep, ...server, name: "other" });
    await assert.rejects(other, /could not start it\n.*it has ended with exit code 1.*Address already in use/s);
    await remove(made);
  });

  it("is ready with a line that it has said itself, not one before it in its place", async () => {
    const { lab, provider } = fixture;
    const says = "[ -e /run/begun ] && sleep 0.5; touch /run/begun; echo ready $$; printf unended; exec sleep 2000";
    const made = await create({ argv: sh(says), ready: { line: "^ready" } });
    await lab.run(["kill", "-9", String(made.state.pid)]);
    const seen = await until("its end", async () => {
      const now = await provider.read("Process", "it", made);
      return now?.state.running === false ? now : undefined;
    });
    const now = await provider.update("Process", "it", seen, made.inputs);
    assert.match(await read(String(now.state.log)), /^ready \d+\nunended\nready \d+\nunended$/);
    await lab.run(["rm", "/run/begun"]);
    await remove(now);
  });
});
