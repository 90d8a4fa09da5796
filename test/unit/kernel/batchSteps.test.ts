import assert from "node:assert/strict";
import { batches, commandFor, failedStep, stepAt } from "../../../provider/kernel/batches";
import { addNetns } from "../../../provider/kernel/netns";
import { ip, type Step } from "../../../provider/kernel/step";
import { writeSysctl } from "../../../provider/kernel/sysctl";
import type { Job } from "../../../provider/kernel/waves";

const up = (netns: string, name: string) => ip(netns, `set ${name} up`, ["link", "set", "dev", name, "up"]);
const job = (netns: string, ...steps: Step[]): Job => ({ netns, steps });
const made = (name: string, ...steps: Step[]) => job(name, addNetns(name, "pulumi:a:0"), ...steps);

describe("neighbours among steps", () => {
  const set = (netns: string, value: string) => writeSysctl(netns, "net.ipv4.ip_forward", value);

  it("go together where they run `ip`, or set sysctls, in one namespace", () => {
    const [a, b, c, d] = [up("x", "a"), up("x", "b"), up("y", "c"), up("x", "a b")];
    assert.deepEqual(batches([a, b, c, d, set("y", "1"), set("y", "0"), set("x", "1"), a]), [
      ...[[a, b], [c], [d], [set("y", "1"), set("y", "0")], [set("x", "1")], [a]],
    ]);
    assert.deepEqual(batches([]), []);
    const inOptions = ip("x", "add a rule", ["-6", "rule", "add", "priority", "1"]);
    assert.deepEqual(batches([a, inOptions, inOptions, b]), [[a], [inOptions], [inOptions], [b]]);
  });

  it("are one command: a batch that is read, or one sysctl with all settings", () => {
    assert.deepEqual(commandFor([up("x", "a b")]), { argv: ["ip", "link", "set", "dev", "a b", "up"] });
    const text = "link set dev a up\nlink set dev b up\n";
    assert.deepEqual(commandFor([up("x", "a"), up("x", "b")]), { argv: ["ip", "-batch", "-"], text });
    const argv = ["sysctl", "-w", "net/ipv4/ip_forward=1", "net/ipv4/conf/eth0.1/forwarding=1 2"];
    const settings = [set("x", "1"), writeSysctl("x", "net.ipv4.conf.eth0/1.forwarding", "1 2")];
    assert.deepEqual(commandFor(settings), { argv });
  });
});

describe("the step of a batch that failed", () => {
  const lines = [up("x", "a"), up("x", "b"), up("x", "c")];
  const at = (line: number) => `Cannot find device\nCommand failed -:${line}\n`;

  it("is told by its line, and is the first where nothing tells it", () => {
    assert.deepEqual(
      [1, 2, 3].map((line) => failedStep(lines, at(line))),
      lines,
    );
    assert.equal(failedStep(lines, "out of memory"), lines[0]);
    assert.equal(failedStep(lines, at(9)), lines[0]);
  });

  it("is told of settings by the key that sysctl(8) names, in each of its notations", () => {
    const keys = ["net.ipv4.ip_forward", "net.ipv4.conf.eth0/1.forwarding", "net.core.somaxconn"];
    const settings = keys.map((key) => writeSysctl("x", key, "9"));
    const told = (stderr: string) => settings.indexOf(failedStep(settings, stderr) as Step);
    assert.equal(told('sysctl: setting key "net.ipv4.conf.eth0/1.forwarding": Invalid argument'), 1);
    assert.equal(told("sysctl: cannot stat /proc/sys/net/ipv4/conf/eth0.1/forwarding: No such file or directory"), 1);
    assert.equal(told('sysctl: setting key "net.core.somaxconn"'), 2);
    assert.equal(told("sysctl: no"), 0);
  });

  it("is told in a job that makes its namespace, which takes two lines", () => {
    const making = made("x", ...lines);
    const named = (line: number) => making.steps.indexOf(stepAt(making, at(line)) as Step);
    assert.deepEqual([1, 2, 3, 4, 5].map(named), [0, 0, 1, 2, 3]);
    assert.equal(stepAt(making, "unshare: unshare failed: Operation not permitted"), making.steps[0]);
    assert.equal(stepAt(making, at(6)), undefined, "the look at the end is no step");
  });

  it("is told in any other job by its line, and none where only the look at the end failed", () => {
    assert.deepEqual(
      [1, 2, 3, 4].map((line) => stepAt(job("x", ...lines), at(line))),
      [...lines, undefined],
    );
    assert.equal(stepAt(job("x"), at(2)), undefined);
    assert.equal(stepAt(job("x"), "nsenter: cannot open"), undefined);
  });
});
