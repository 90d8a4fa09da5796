import assert from "node:assert/strict";
import type { Host } from "../../../provider/host/host";
import { type Ready, whenReady } from "../../../provider/process/ready";

const FOLDER = "/run/pulumi-netns/x/processes/x:it";
const LOG = `${FOLDER}/log`;

describe("what shows that a process is ready", () => {
  /** A host that shows one text of a file after the other, and then the last one again and again. */
  function shows(files: Record<string, string[]>, inodes: Record<string, number> = {}): Host {
    const next = (texts: string[] = []) => (texts.length > 1 ? texts.shift() : texts[0]);
    return {
      readFile: async (path: string) => next(files[path]),
      stat: async (path: string) => (path in inodes ? { inode: inodes[path] } : undefined),
      run: async () => ({ stdout: "", stderr: "", exitCode: 0 }),
    } as unknown as Host;
  }
  const wait = (host: Host, ready?: Ready) =>
    whenReady(host, { folder: FOLDER, badge: "badge", ready }, AbortSignal.timeout(5000));
  const SELF = "/proc/7/stat";
  const ALIVE = `7 (it) S ${Array(18).fill("0").join(" ")} 99 0`;
  const BY = "after 3 1\nby 6\n";
  const UP = `${BY}up 7 99\n`;

  it("is nothing before its shell has started it, however long that takes", async () => {
    const life = [...Array(8).fill(BY), UP];
    const host = shows({ [`${FOLDER}/life`]: life, [SELF]: [ALIVE], [LOG]: ["ready"] }, { [LOG]: 4 });
    assert.equal(await wait(host, { line: "^ready$", timeoutMs: 100 }), undefined);
    assert.deepEqual(life, [UP]);
  });

  for (const [where, logs, inodes, isReady] of [
    ["in what was in its log before", { [LOG]: ["ready\nnot yet\n"] }, { [LOG]: 3 }, false],
    ["behind that", { [LOG]: ["no\nready\n"] }, { [LOG]: 3 }, true],
    [
      "behind that, in a log that is full",
      { [`${LOG}.1`]: ["no\nready\n"], [LOG]: ["then\n"] },
      { [`${LOG}.1`]: 3 },
      true,
    ],
    [
      "before that, in a log that is full",
      { [`${LOG}.1`]: ["ready\nno\n"], [LOG]: ["then\n"] },
      { [`${LOG}.1`]: 3 },
      false,
    ],
    [
      "in a log of before the last one",
      { [`${LOG}.1`]: ["ready\n"], [LOG]: ["no\n"] },
      { [LOG]: 3, [`${LOG}.1`]: 2 },
      false,
    ],
    ["in logs that both came later", { [`${LOG}.1`]: ["ready\n"], [LOG]: ["then\n"] }, {}, true],
  ] as const) {
    it(`is ${isReady ? "" : "not "}a line ${where}`, async () => {
      const host = shows({ [`${FOLDER}/life`]: [UP], [SELF]: [ALIVE], ...structuredClone(logs) } as never, inodes);
      const lacks = await wait(host, { line: "^ready$", timeoutMs: 30 });
      assert.deepEqual(lacks, isReady ? undefined : { lacks: "no line of its output matches" });
    });
  }
});
