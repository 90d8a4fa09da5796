import assert from "node:assert/strict";
import { executeAll } from "../../../provider/kernel/executeAll";
import { addNetns, delNetns } from "../../../provider/kernel/netns";
import { ip, type Step } from "../../../provider/kernel/step";
import { type Answer, FakeHost, kernelOn } from "../../support/provider/fakeHost";

const up = (netns: string | undefined, name: string) => ip(netns, `set ${name} up`, ["link", "set", "dev", name, "up"]);
const program = (netns: string): Step => ({ netns, argv: ["ethtool", "-K"], what: `set the offloads of ${netns}` });
const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}`);

/** `x: up` or `add z` for what a person would type. */
function inShort(typed: string): string {
  const [, netns = "", program, last] =
    /(?:netns\/(\S+) )?(ethtool|ip).* (\S+)$/.exec(typed.split(" && ")[0] ?? "") ?? [];
  if (netns === "") return program === undefined ? typed : `add ${last}`;
  return `${netns}: ${program === "ethtool" ? program : last}`;
}

describe("steps of many things", () => {
  /** A host with these namespaces, where programs take as long as `end` says. */
  function setUp(
    namespaces: string[],
    answer: (argv: readonly string[]) => Answer | Promise<Answer> = () => undefined,
  ) {
    const host = new FakeHost();
    for (const name of namespaces) host.netlink.add(`/run/netns/${name}`);
    const begun: string[] = [];
    const told: string[] = [];
    host.run = async (argv) => {
      begun.push(String(argv[1]).replace("--net=/run/netns/", ""));
      return { stdout: "", stderr: "", exitCode: 0, ...(await answer(argv)) };
    };
    return { host, begun, told, kernel: kernelOn(host, { debug: (line) => told.push(line) }) };
  }

  it("are named when they fail, each with its thing", async () => {
    const { host, kernel } = setUp([]);
    const steps = names(9).flatMap((name) => [
      addNetns(name, "m:0"),
      up(name, "lo"),
      up(name, name === "n4" ? "b" : "lo"),
    ]);
    await assert.rejects(
      executeAll(kernel, steps, ({ netns, what }) => `${netns}'s (${what})`),
      {
        kind: "notFound",
        message:
          /^n4's \(set b up\): could not set b up\n {2}nsenter --net=\/run\/netns\/n4 ip link set dev b up → ENODEV: /,
      },
    );
    assert.equal(host.netlink.listNamespaces().size, 5);
  });

  it("are done in their order, whatever namespaces they are in", async () => {
    const { kernel, told } = setUp(["x", "y"]);
    await executeAll(kernel, [up("x", "lo"), up("y", "lo"), addNetns("z", "m:0"), up("x", "lo"), up("z", "lo")], "lab");
    assert.deepEqual(told.map(inShort), ["x: up", "y: up", "add z", "x: up", "z: up"]);
  });

  it("have programs wait for what is before them, and what is behind them wait for those", async () => {
    const { kernel, told } = setUp(["x", "y"], () => new Promise((resolve) => setTimeout(resolve, 5, undefined)));
    const ended = () => told.push("ended");
    const last: Step = { ...program("y"), what: "set the last rules" };
    await executeAll(kernel, [up("x", "lo"), program("y"), program("x"), up("y", "lo"), last], "lab").then(ended);
    assert.deepEqual(told.map(inShort), ["x: up", "y: ethtool", "x: ethtool", "y: up", "y: ethtool", "ended"]);
  });

  it("are not begun after one before that failed", async () => {
    const { host, kernel } = setUp(["x", "y"]);
    await assert.rejects(executeAll(kernel, [up("x", "none"), delNetns("y")], "lab"));
    assert.deepEqual(host.netlink.changes, []);
  });

  it("run programs side by side in several namespaces, and in each one after the other", async () => {
    let [now, most] = [0, 0];
    const running = new Map<string, number>();
    const { begun, kernel } = setUp(names(4), async ([, where = ""]) => {
      running.set(where, (running.get(where) ?? 0) + 1);
      assert.equal(running.get(where), 1, "two at once in a namespace");
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now -= 1;
      running.set(where, 0);
      return undefined;
    });
    await executeAll(kernel, [...names(4), ...names(4)].map(program), "lab");
    assert.equal(begun.length, 8);
    assert.equal(most, 4);
  });

  it("are not begun after a failure, and those under way are waited for", async () => {
    let ended = 0;
    const { begun, kernel } = setUp(names(400), async ([, where = ""]) => {
      if (where.endsWith("/n1")) return { exitCode: 1, stderr: "no" };
      await new Promise((resolve) => setTimeout(resolve, 5));
      ended += 1;
      return undefined;
    });
    await assert.rejects(
      executeAll(kernel, names(400).map(program), "lab"),
      /^NetnsError: lab: could not set the offloads of n1\n/,
    );
    assert.equal(ended, begun.length - 1);
    assert.ok(begun.length < 400, `${begun.length} were begun`);
  });
});
