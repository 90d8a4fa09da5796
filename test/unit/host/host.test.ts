import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { localHost as host } from "../../../provider/host/local";

const running = new AbortController().signal;
describe("files on this machine", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), "netns-host-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are written with their folder, for nobody else to read, and read again", async () => {
    const file = path.join(folder, "a b/c/-d.json");
    const text = "é\n'\"$(reboot)";
    await host.writeFile(file, text);
    assert.equal(await host.readFile(file), text);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(await host.readFolder(path.dirname(file)), ["-d.json"]);
  });

  it("are replaced whole", async () => {
    const file = path.join(folder, "a");
    await host.writeFile(file, "a long text");
    const before = statSync(file).ino;
    await host.writeFile(file, "b");
    assert.equal(readFileSync(file, "utf8"), "b");
    assert.notEqual(statSync(file).ino, before);
    assert.deepEqual(await host.readFolder(folder), ["a"]);
  });

  it("are undefined, none, or fine where they are not there", async () => {
    const none = path.join(folder, "none");
    assert.equal(await host.readFile(none), undefined);
    assert.equal(await host.readFile(path.join(none, "below")), undefined);
    assert.deepEqual(await host.readFolder(none), []);
    assert.equal(await host.stat(none), undefined);
    await host.removeFiles([]);
    await host.removeFiles([none]);
    await host.removeFolder(none);
  });

  it("are removed, and a folder when it is empty", async () => {
    const [a, b] = [path.join(folder, "d/a"), path.join(folder, "d/b")];
    await host.writeFile(a, "a");
    await host.writeFile(b, "b");
    await host.removeFiles([a]);
    await host.removeFolder(path.join(folder, "d"));
    assert.deepEqual(await host.readFolder(path.join(folder, "d")), ["b"]);
    await host.removeFiles([a, b]);
    await host.removeFolder(path.join(folder, "d"));
    assert.deepEqual(await host.readFolder(folder), []);
  });

  it("have a folder made for them, twice if need be", async () => {
    const inner = path.join(folder, "a/b");
    await host.makeFolder(inner);
    await host.makeFolder(inner);
    assert.ok(statSync(inner).isDirectory());
  });

  it("are shut to others, and so is a folder that is made so", async () => {
    const file = path.join(folder, "own/record");
    await host.makeFolder(path.dirname(file), 0o700);
    await host.writeFile(file, "");
    const modes = [path.dirname(file), file].map((name) => statSync(name).mode & 0o777);
    assert.deepEqual(modes, [0o700, 0o600]);
  });

  it("are another's doing where their folder is a link, another's, or open to others", async () => {
    const at = (name: string) => path.join(folder, name);
    await host.makeFolder(at("own"), 0o700);
    symlinkSync(at("own"), at("link"));
    writeFileSync(at("file"), "");
    await host.makeFolder(at("open"), 0o700);
    chmodSync(at("open"), 0o1777);
    const seen = Object.fromEntries(
      await Promise.all(
        ["own", "none", "link", "file", "open"].map(async (name) => [name, await host.whyForeign(at(name))]),
      ),
    );
    const want = { own: undefined, none: undefined, link: "it is not a folder", file: "it is not a folder" };
    assert.deepEqual(seen, { ...want, open: "others may write into it" });
  });

  it("are told apart from namespaces", async () => {
    const file = path.join(folder, "plain");
    await host.writeFile(file, "");
    const { dev, ino } = statSync(file);
    const plain = await host.stat(file);
    assert.deepEqual([plain?.device, plain?.inode, plain?.isNamespace], [dev, ino, false]);
    const own = await host.stat("/proc/self/ns/net");
    assert.deepEqual([own?.inode, own?.isNamespace], [statSync("/proc/self/ns/net").ino, true]);
  });

  it("have the same facts each time that they are asked for", async () => {
    assert.deepEqual(await host.stat(folder), await host.stat(folder));
  });
});

describe("a program on this machine", () => {
  const run = (argv: string[], stdin?: string, signal = running) => host.run(argv, { stdin, signal });

  it("gets its words as they are, and no shell reads them", async () => {
    const words = ["a b", "$HOME", "'", '"', "*", ";", "", "é", "-n"];
    const { stdout, exitCode } = await run(["printf", "%s\\n", ...words]);
    assert.deepEqual([stdout.split("\n").slice(0, words.length), exitCode], [words, 0]);
  });

  it("gets what it shall read, and nothing without that", async () => {
    assert.equal((await run(["cat"], "line\n")).stdout.trim(), "line");
    assert.equal((await run(["cat"])).stdout, "");
  });

  it("speaks English, and is found in sbin", async () => {
    const { stdout } = await run(["sh", "-c", "echo $LC_ALL $PATH"]);
    assert.match(stdout, /^C \S*:\/usr\/sbin:/);
  });

  it("is never looked for in the folder that we are in, where no PATH is set", async () => {
    const { PATH } = process.env;
    process.env.PATH = "";
    try {
      const { stdout } = await run(["sh", "-c", "echo $PATH"]);
      assert.match(stdout, /^(\/[a-z/]+)(:\/[a-z/]+)+\s*$/);
    } finally {
      process.env.PATH = PATH;
    }
  });

  it("ends with its own code and words", async () => {
    const ended = await run(["sh", "-c", "echo out; echo err >&2; exit 3"]);
    assert.deepEqual([ended.stdout.trim(), ended.stderr.trim(), ended.exitCode], ["out", "err", 3]);
  });

  it("is ended by a Cancel", async () => {
    const stop = new AbortController();
    const ended = run(["sleep", "30"], undefined, stop.signal);
    setTimeout(() => stop.abort(), 50);
    const { exitCode, failure } = await ended;
    assert.deepEqual([exitCode, failure], [undefined, "aborted"]);
  });

  it("is not begun after a Cancel", async () => {
    const { exitCode, failure, stdout } = await run(["echo", "hi"], undefined, AbortSignal.abort());
    assert.deepEqual([exitCode, failure, stdout], [undefined, "aborted", ""]);
  });

  it("that is killed has no exit code", async () => {
    const { exitCode, failure } = await run(["sh", "-c", "kill -9 $$"]);
    assert.deepEqual([exitCode, failure], [undefined, "killed"]);
  });
});

describe("this machine", () => {
  it("says that a program is not there", async () => {
    const { exitCode, failure } = await host.run(["no-such-program"], { signal: running });
    assert.deepEqual([exitCode, failure], [undefined, "notFound"]);
  });

  it("says so too where a part of the PATH is closed to its user, or the program to everybody", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "netns-path-"));
    try {
      const file = path.join(folder, "closed");
      await host.writeFile(file, "");
      const { failure } = await host.run([file], { signal: running });
      assert.equal(failure, "notFound");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("knows which capabilities its process lacks", async () => {
    const [, bits = ""] = /^CapEff:\t(\w+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    // A digit holds four of them: NET_ADMIN is the twelfth, SYS_ADMIN the twenty-first (linux/capability.h).
    const digit = (nth: number) => Number.parseInt(bits.at(-1 - nth) ?? "0", 16);
    const missing = [...(digit(3) & 1 ? [] : ["CAP_NET_ADMIN"]), ...(digit(5) & 2 ? [] : ["CAP_SYS_ADMIN"])];
    assert.deepEqual(await host.missingRights(), missing);
  });
});
