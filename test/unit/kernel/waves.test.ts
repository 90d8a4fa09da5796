import assert from "node:assert/strict";
import { ip, type Step } from "../../../provider/kernel/step";
import { type Job, waves } from "../../../provider/kernel/waves";
import { namespace } from "../../../provider/resources/namespace";
import { vethPair } from "../../../provider/resources/vethPair";
import { named, pair, stepsOf } from "../../support/labs";
import { stateFor } from "../../support/states";

/** Each wave with its jobs, `namespace: what, what`; in the provider's own namespace `: what`. */
const shown = (all: Job[][]) =>
  all.map((wave) => wave.map(({ netns = "", steps }) => `${netns}: ${steps.map(brief).join(", ")}`));

function brief({ what, makes, argv }: Step): string {
  if (makes) return "made";
  if (what === "make the pair") return `pair ${argv[4]}`;
  return what.replace(/^set lo up$/, "lo").replace(/^mark end (.).*/, "mark $1");
}

const wavesOf = (namespaces: string[], ...pairs: [a: string, b: string][]) =>
  shown(waves(stepsOf({ namespaces: named(...namespaces), vethPairs: pairs.map(([a, b]) => pair(a, b)) })));

describe("the waves of a topology", () => {
  it("make a star's middle first, and then each leaf with its cable in one job", () => {
    assert.deepEqual(wavesOf(["sw", "h1", "h2"], ["sw/p1", "h1/eth0"], ["h2/eth0", "sw/p2"]), [
      ["sw: made"],
      ["h1: made, lo, pair p1, mark b", "h2: made, lo, pair p2, mark a"],
      ["sw: lo, mark a, mark b"],
    ]);
  });

  it("make every other one of a ring first", () => {
    const ring = [0, 1, 2, 3].map((at): [string, string] => [`r${at}/east`, `r${(at + 1) % 4}/west`]);
    assert.deepEqual(wavesOf(["r0", "r1", "r2", "r3"], ...ring), [
      ["r1: made", "r3: made"],
      ["r0: made, lo, pair west, mark a, pair east, mark b", "r2: made, lo, pair east, mark b, pair west, mark a"],
      ["r1: lo, mark b, mark a", "r3: lo, mark b, mark a"],
    ]);
  });

  it("make of a ring of three two first, and join those before the third comes", () => {
    assert.deepEqual(wavesOf(["a", "b", "c"], ["a/1", "b/1"], ["b/2", "c/2"], ["c/3", "a/3"]), [
      ["b: made", "c: made"],
      [": pair 2"],
      ["a: made, lo, pair 1, mark a, pair 3, mark b"],
      ["b: lo, mark b, mark a", "c: lo, mark b, mark a"],
    ]);
  });

  it("make a chain's ends late, which have the fewest cables", () => {
    assert.deepEqual(wavesOf(["a", "b", "c"], ["a/east", "b/west"], ["b/east", "c/west"]), [
      ["b: made"],
      ["a: made, lo, pair west, mark a", "c: made, lo, pair east, mark b"],
      ["b: lo, mark b, mark a"],
    ]);
  });

  it("are one where no two namespaces are joined, also with a cable within one", () => {
    assert.deepEqual(wavesOf(["a", "b"], ["a/x", "a/y"]), [["a: made, lo, pair y, mark b, mark a", "b: made, lo"]]);
  });

  it("make a namespace first that is joined to the provider's own, which has no name to be reached by", () => {
    assert.deepEqual(wavesOf(["a"], ["a/x", "/y"]), [["a: made"], [": pair y"], ["a: lo, mark a", ": mark b"]]);
  });

  it("make a new namespace in one job when it is joined to one that is there already", () => {
    assert.deepEqual(wavesOf(["a"], ["there/x", "a/y"]), [["a: made, lo, pair x, mark b"], ["there: mark a"]]);
    assert.deepEqual(wavesOf([], ["there/x", "here/y"]), [[": pair y"], ["here: mark b", "there: mark a"]]);
  });

  it("write a cable's words so that the namespace that runs them is where its own end is", () => {
    const [, , [leaf] = []] = waves(
      stepsOf({ namespaces: named("sw", "h"), vethPairs: [pair("h/in", "sw/out"), pair("sw/x", "/y")] }),
    );
    const cable = leaf?.steps.find(({ spans }) => spans);
    assert.equal(leaf?.netns, "h");
    assert.equal(cable?.netns, "h");
    assert.match(
      cable?.argv.join(" ") ?? "",
      /^ip link add name out netns \/run\/netns\/sw .* peer name in netns \/run\/netns\/h /,
    );
  });

  it("are one for changes in place, with a job for each namespace", () => {
    const set = (netns: string | undefined, dev: string) => ip(netns, `set ${dev}`, ["link", "set", "dev", dev, "up"]);
    const steps = [set("a", "1"), set("b", "2"), set(undefined, "3"), set("a", "4")];
    assert.deepEqual(shown(waves(steps)), [["a: set 1, set 4", "b: set 2", ": set 3"]]);
  });

  it("remove namespaces last, all side by side", () => {
    const state = stateFor(vethPair, pair("there/x", "here/y")) as Parameters<typeof vethPair.remove>[0];
    const gone = (name: string) => namespace.remove({ name, loopbackUp: true, path: "", inode: 1 }, { what: "" });
    const steps = [...gone("n1"), ...vethPair.remove(state, { what: "" }), ...gone("n0"), ip("b", "set 1", ["link"])];
    assert.deepEqual(shown(waves(steps)), [
      ["there: remove the pair"],
      ["b: set 1"],
      [": remove the namespace, remove the namespace"],
    ]);
  });

  it("are none without steps", () => assert.deepEqual(waves([]), []));
});
