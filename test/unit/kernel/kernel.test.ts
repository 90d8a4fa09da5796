import assert from "node:assert/strict";
import fc from "fast-check";
import { Kernel } from "../../../provider/kernel/kernel";
import { ip, type Step } from "../../../provider/kernel/step";
import { type Answer, FakeHost } from "../../support/fakeHost";
import { texts } from "../../support/written";

function bench(answer?: (argv: readonly string[]) => Answer, signal = new AbortController().signal) {
  const host = new FakeHost(answer);
  const debug: string[] = [];
  return { host, debug, kernel: new Kernel({ host, signal, debug: (line) => debug.push(line) }) };
}

const up = (netns: string | undefined, name: string) => ip(netns, `set ${name} up`, ["link", "set", "dev", name, "up"]);

/** Each command with what it was given to read, as one text. */
const ran = ({ argvs, stdins }: FakeHost) =>
  argvs.map((argv, index) => [argv.join(" "), stdins[index]].filter((part) => part !== undefined).join(" < "));

describe("steps that are executed", () => {
  it("go out together where neighbours run `ip` in one namespace", async () => {
    const { host, kernel } = bench();
    await kernel.execute([up("x", "a"), up("x", "b"), up("y", "c"), up("x", "d"), up("x", "e")], "pair");
    assert.deepEqual(ran(host), [
      "nsenter --net=/run/netns/x -- ip -batch - < link set dev a up\nlink set dev b up\n",
      "nsenter --net=/run/netns/y -- ip link set dev c up",
      "nsenter --net=/run/netns/x -- ip -batch - < link set dev d up\nlink set dev e up\n",
    ]);
  });

  it("need no nsenter in the provider's own namespace, and take a path as it is", async () => {
    const { host, kernel } = bench();
    await kernel.execute([up(undefined, "a"), up(undefined, "b"), up("/proc/42/ns/net", "c")], "pair");
    assert.deepEqual(ran(host), [
      "ip -batch - < link set dev a up\nlink set dev b up\n",
      "nsenter --net=/proc/42/ns/net -- ip link set dev c up",
    ]);
  });

  it("leave other programs out of the batch", async () => {
    const { host, kernel } = bench();
    const sysctl: Step = { netns: "x", argv: ["sysctl", "-w", "a=1"], what: "set" };
    await kernel.execute([up("x", "a"), sysctl, up("x", "b")], "pair");
    assert.equal(host.argvs.length, 3);
    assert.deepEqual(host.stdins, [undefined, undefined, undefined]);
  });

  for (const word of ["#", "a#b", '"a"', "'", "a b", "\\", "a\tb", "a\nlink del dev lo", "", "é", ";"]) {
    it(`go alone, with their words as they are, for the word ${JSON.stringify(word)}`, async () => {
      const { host, kernel } = bench();
      await kernel.execute([up("x", "a"), up("x", word), up("x", "b")], "pair");
      assert.deepEqual(host.argvs[1]?.slice(3), ["ip", "link", "set", "dev", word, "up"]);
      assert.deepEqual(host.stdins, [undefined, undefined, undefined]);
    });
  }

  it("are each one command, whatever their words are", async () => {
    const words = fc.array(fc.oneof(texts, fc.constantFrom("a", "b", "\n", "#", "\\")), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(words, { minLength: 1, maxLength: 6 }), async (plans) => {
        const { host, kernel } = bench();
        await kernel.execute(
          plans.map((plan) => ip("x", "do", ["link", ...plan])),
          "pair",
        );
        const seen = host.argvs.flatMap((argv, index) => {
          const stdin = host.stdins[index];
          if (stdin === undefined) return [argv.slice(4)];
          // As iproute2 reads a batch: a line is a command, blanks part its words.
          return stdin
            .split("\n")
            .slice(0, -1)
            .map((line) => line.split(/[ \t\r]+/));
        });
        assert.deepEqual(
          seen,
          plans.map((plan) => ["link", ...plan]),
        );
      }),
    );
  });

  it("are not begun after one that failed", async () => {
    const { host, kernel } = bench((argv) => (argv.includes("b") ? { exitCode: 2, stderr: "no" } : undefined));
    await assert.rejects(kernel.execute([up("x", "a"), up("y", "b"), up("z", "c")], "pair"));
    assert.equal(host.argvs.length, 2);
  });

  it("are none: nothing is run", async () => {
    const { host, kernel } = bench();
    await kernel.execute([], "pair");
    assert.deepEqual(host.log, []);
  });
});

describe("a step that fails", () => {
  const failing = (answer: Answer) => bench(() => ({ exitCode: 1, ...answer })).kernel;

  it("is told with what was tried, the command, what the kernel said, and what to do", async () => {
    const kernel = failing({ exitCode: 2, stderr: "RTNETLINK answers: Device or resource busy\n" });
    await assert.rejects(kernel.execute([up("x", "a")], "VethPair x/a"), {
      kind: "busy",
      message: [
        "VethPair x/a: could not set a up",
        "  nsenter --net=/run/netns/x ip link set dev a up → exit 2: RTNETLINK answers: Device or resource busy",
        "  Find what holds it (`ip netns pids`, `ip -d link`), end that, and run `pulumi up` again.",
      ].join("\n"),
    });
  });

  it("is named by its line of a batch, with its own words", async () => {
    const kernel = failing({ stderr: 'Cannot find device "b"\nCommand failed -:2\n' });
    await assert.rejects(kernel.execute([up("x", "a"), up("x", "b"), up("x", "c")], "pair"), {
      kind: "notFound",
      message:
        /^pair: could not set b up\n {2}nsenter --net=\/run\/netns\/x ip link set dev b up → exit 1: Cannot find device "b"\n/,
    });
  });

  it("is the first where the batch does not say which", async () => {
    const kernel = failing({ stderr: "out of memory" });
    await assert.rejects(kernel.execute([up("x", "a"), up("x", "b")], "pair"), {
      message: "pair: could not set a up\n  nsenter --net=/run/netns/x ip link set dev a up → exit 1: out of memory",
    });
  });

  it("is printed so that it can be typed again", async () => {
    const step: Step = { argv: ["sysctl", "-w", "net/a=1 2", "it's"], what: "set the value" };
    await assert.rejects(failing({ stderr: "a\nb\n" }).execute([step], "s"), {
      message: "s: could not set the value\n  sysctl -w 'net/a=1 2' 'it'\\''s' → exit 1: a; b",
    });
  });

  it("is printed with the words that go in front of each command, such as sudo's", async () => {
    const { host, debug, kernel } = bench(() => ({ exitCode: 1, stderr: "no" }));
    host.prefix = ["sudo", "-n", "--"];
    await assert.rejects(kernel.execute([up("x", "a")], "pair"), {
      message: "pair: could not set a up\n  sudo -n -- nsenter --net=/run/netns/x ip link set dev a up → exit 1: no",
    });
    assert.deepEqual(debug, ["sudo -n -- nsenter --net=/run/netns/x ip link set dev a up"]);
    assert.equal(host.argvs[0]?.[0], "nsenter");
  });

  it("without a word of the kernel says how it ended", async () => {
    await assert.rejects(failing({}).execute([up(undefined, "a")], "pair"), {
      message: "pair: could not set a up\n  ip link set dev a up → exit 1",
    });
    await assert.rejects(failing({ exitCode: undefined, failure: "killed" }).execute([up(undefined, "a")], "pair"), {
      message:
        "pair: could not set a up\n  ip link set dev a up → killed\n  Something killed it (out of memory?): run `pulumi up` again.",
    });
  });
});
