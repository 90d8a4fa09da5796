import assert from "node:assert/strict";
import fc from "fast-check";
import { type Json, mapLeaves } from "../../../provider/core/values";
import type { NetnsError } from "../../../provider/errors";
import { inProcess } from "../../../provider/kernel/inProcess";
import { processWork } from "../../../provider/kernel/process";
import { ip, type Step } from "../../../provider/kernel/step";
import { kinds } from "../../../provider/resources";
import type { Kind } from "../../../provider/resources/kind";
import { inputsOf } from "../../support/inputs/arbitraries";
import { PermissiveNetlink } from "../../support/inputs/hostileInputs";
import { stateFor } from "../../support/inputs/states";

const MARK = "pulumi:lab/dev/it:0123";
/** The programs for what the kernel is not asked for directly, and the one that a library is in the place of. */
const PROGRAMS = ["nft", "ovs-vsctl", "ethtool"];

/** The steps of everything that can become of a thing: made, changed in each way, marked anew, removed. */
function stepsOf(kind: Kind, want: Json, other: Json): Step[] {
  const [have, there] = [stateFor(kind, want), stateFor(kind, other)];
  const flipped = mapLeaves(have, (leaf) => (typeof leaf === "boolean" ? !leaf : leaf)) as Json;
  return [
    ...[undefined, there, flipped].flatMap((from) => kind.plan(want, from, MARK)),
    ...(kind.remark?.(have, MARK) ?? []),
    ...[{}, { takesOthersAlong: true }].flatMap((more) => kind.remove(have, { state: have, what: "", ...more })),
  ];
}

describe("the words of a step", () => {
  for (const kind of kinds) {
    it(`all have a meaning for the kernel, or are another program's, of each ${kind.type}`, async () => {
      const inputs = inputsOf(kind);
      await fc.assert(
        fc.asyncProperty(inputs, inputs, async (want, other) => {
          for (const step of stepsOf(kind, want, other)) {
            const netlink = new PermissiveNetlink();
            const act = inProcess(netlink, step);
            if (!act) {
              assert.ok(PROGRAMS.includes(step.argv[0] ?? "") || processWork(step), step.argv.join(" "));
              continue;
            }
            // This host has not every user.
            const end = await (async () => act())().catch(({ kind }: NetnsError) => kind);
            assert.ok(end === "user" || netlink.changes.length > 0, step.argv.join(" "));
          }
        }),
      );
    });
  }

  it("are refused where one has no meaning, or ends too early, and nothing is done", async () => {
    const words = [
      ["link", "set", "dev", "a", "colour", "red"],
      ["link", "set", "dev", "a", "mtu"],
      ["link", "set", "dev", "a", "mtu", "many"],
      ["link", "add", "name", "a", "type", "dummy", "id", "5"],
      ["addr", "add", "10.0.0.1/24", "dev", "a", "scope", "far"],
      ["addr", "add", "10.0.0.300/24", "dev", "a"],
      ["route", "add", "10.0.0.0/8", "weight", "5"],
      ["rule", "add", "priority", "first"],
    ];
    for (const some of words) {
      const netlink = new PermissiveNetlink();
      await assert.rejects(async () => inProcess(netlink, ip("x", "do", some))?.(), Error, some.join(" "));
      assert.deepEqual(netlink.changes, []);
    }
  });
});
