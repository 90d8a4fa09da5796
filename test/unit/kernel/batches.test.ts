import assert from "node:assert/strict";
import fc from "fast-check";
import { batchesOf, isOneBatch, shares } from "../../../provider/kernel/batches";
import { addNetns } from "../../../provider/kernel/netns";
import { ip, type Step } from "../../../provider/kernel/step";
import { writeSysctl } from "../../../provider/kernel/sysctl";
import type { Job } from "../../../provider/kernel/waves";
import { batchCommands } from "../../support/batchLines";
import { nastyTexts } from "../../support/nasty";

const up = (netns: string | undefined, name: string) => ip(netns, `set ${name} up`, ["link", "set", "dev", name, "up"]);
const job = (netns: string | undefined, ...steps: Step[]): Job => ({ netns, steps });
const made = (name: string, ...steps: Step[]) => job(name, addNetns(name, "pulumi:a:0"), ...steps);

describe("a job", () => {
  it("is one batch where all of it is `ip` in one namespace, be that made first", () => {
    assert.ok(isOneBatch(job("x", up("x", "a"))));
    assert.ok(isOneBatch(job("/proc/42/ns/net")));
    assert.ok(isOneBatch(made("x", up("x", "a"), up("x", "b"))));
    assert.ok(isOneBatch(made("x")));
  });

  it("is none in the provider's own namespace, with another program, and when it makes two", () => {
    assert.ok(!isOneBatch(job(undefined, up(undefined, "a"))));
    assert.ok(!isOneBatch(job("x", up("x", "a"), writeSysctl("x", "net.ipv4.ip_forward", "1"))));
    assert.ok(!isOneBatch(job("x", ip("x", "add a rule", ["-6", "rule", "add", "priority", "1"]))));
    assert.ok(!isOneBatch(job("x", up("x", "a"), addNetns("x", "pulumi:a:0"))));
    assert.ok(!isOneBatch(made("x", addNetns("x", "pulumi:a:0"))));
  });

  it("is none with a word that a batch would read as another one", () => {
    for (const word of [
      "",
      " ",
      "a b",
      "#",
      "a#b",
      '"a"',
      "'",
      "\\",
      "\t",
      "a\nb",
      "$(id)",
      "`id`",
      "$1",
      "é",
      ";",
      "*",
    ]) {
      assert.ok(!isOneBatch(job("x", up("x", word))), word);
      assert.ok(!isOneBatch(made(word)), word);
      assert.ok(!isOneBatch(job("x", addNetns("x", word))), word);
    }
  });

  it("is none when it is longer than a word of a command may be", () => {
    const many = Array.from({ length: 5000 }, (_, index) => up("x", `eth${index}`));
    assert.ok(isOneBatch(made("x", ...many.slice(0, 3000))));
    assert.ok(!isOneBatch(made("x", ...many)));
  });
});

describe("the command for many batches", () => {
  const [, , script] = batchesOf([]);

  it("has each namespace's file, the way to make it, and its lines as words of their own", () => {
    const [shell, option, text, name, ...words] = batchesOf([
      made("new", up("new", "a")),
      job("x", up("x", "b"), up("x", "c")),
    ]);
    assert.deepEqual([shell, option, text, name], ["sh", "-c", script, "sh"]);
    assert.deepEqual(words, [
      ...["", "new", "link set dev lo alias pulumi:a:0", "link set dev a up"],
      ...["/run/netns/x", "", "", "link set dev b up\nlink set dev c up"],
    ]);
    assert.deepEqual(batchesOf([job("/proc/42/ns/net")]).slice(4), ["/proc/42/ns/net", "", "", ""]);
  });

  it("is the same script whatever is in the batches, which read every word as it is", () => {
    const words = fc.array(fc.oneof(nastyTexts, fc.constantFrom("@", "%", "=", "a@b", "%d", "a=b", "+,:/", "--")));
    fc.assert(
      fc.property(nastyTexts, nastyTexts, fc.array(words, { minLength: 1, maxLength: 4 }), (netns, alias, lines) => {
        const steps = lines.map((line) => ip(netns, "do", ["link", ...line]));
        for (const one of [job(netns, ...steps), job(netns, addNetns(netns, alias), ...steps)]) {
          if (!isOneBatch(one)) continue;
          const argv = batchesOf([one]);
          assert.deepEqual(argv.slice(0, 4), ["sh", "-c", script, "sh"]);
          assert.equal(argv.length, 8);
          assert.deepEqual(
            batchCommands(argv[7] ?? ""),
            steps.map((step) => step.argv.slice(1)),
          );
          const making = batchCommands(`${argv[6]}\nnetns attach ${argv[5]} 1`);
          if (one.steps.length > steps.length)
            assert.deepEqual(making, [
              ["link", "set", "dev", "lo", "alias", alias],
              ["netns", "attach", netns, "1"],
            ]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("the shares of many jobs", () => {
  const jobs = (count: number) => Array.from({ length: count }, (_, index) => job(`n${index}`, up(`n${index}`, "a")));
  const sizes = (count: number, workers: number) => shares(jobs(count), workers).map((share) => share.length);

  it("are even, and no more than there are workers", () => {
    assert.deepEqual(sizes(0, 4), []);
    assert.deepEqual(sizes(1, 4), [1]);
    assert.deepEqual(sizes(10, 4), [3, 3, 3, 1]);
    assert.deepEqual(sizes(8, 1), [8]);
  });

  it("are no longer than one go should be", () => assert.deepEqual(sizes(300, 2), [128, 128, 44]));

  it("have all jobs in their order, and no more text than a command can have", () => {
    const long = fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 95_000 }));
    fc.assert(
      fc.property(fc.array(long, { maxLength: 40 }), fc.integer({ min: 1, max: 8 }), (lengths, workers) => {
        const all = lengths.map(([name, length]) => job(`${name}`, up(`${name}`, "a".repeat(length))));
        const some = shares(all, workers);
        assert.deepEqual(some.flat(), all);
        for (const share of some) {
          assert.ok(share.length > 0);
          const bytes = share.length === 1 ? 0 : batchesOf(share).slice(4).join("").length;
          assert.ok(bytes < 1.1 * 1024 * 1024, `${bytes}`);
        }
      }),
      { numRuns: 50 },
    );
  });
});
