import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { Json } from "../../../provider/core/values";
import { Intents } from "../../../provider/lifecycle/intents";
import { Lifecycle } from "../../../provider/lifecycle/lifecycle";
import { verify, whenReady } from "../../../provider/lifecycle/readiness";
import { Rights } from "../../../provider/lifecycle/rights";
import { SettingOwners } from "../../../provider/lifecycle/settingOwners";
import { UnderWay } from "../../../provider/lifecycle/underWay";
import { defineKind, type Kind, type Seen } from "../../../provider/resources/kind";
import { FakeHost, kernelOn } from "../../support/provider/fakeHost";

const inputs = z.strictObject({
  name: z.string(),
  size: z.int().optional(),
  careful: z.boolean().optional().meta({ policy: true }),
});

/** A kind of nothing but what the test says of it. */
function thing(more: Partial<Kind>): Kind {
  return defineKind({
    type: "Thing",
    description: "",
    example: "",
    inputs,
    outputs: inputs,
    id: ({ name }) => name,
    idForm: "NAME",
    parseId: (id) => ({ name: id }),
    where: ({ name }) => ({ name }),
    observe: async () => undefined,
    plan: () => [],
    remove: () => [],
    facts: () => [],
    preview: () => ({}),
    adopt: (state) => state,
    bearsMark: false,
    identity: [],
    list: async () => [],
    ...more,
  });
}

const kernelUnder = (signal = new AbortController().signal) => kernelOn(new FakeHost(), { signal });
const showing = (...all: (Seen<Json> | undefined)[]) =>
  thing({ observe: async () => (all.length > 1 ? all.shift() : all[0]) });
const state = { name: "x" };
const waiting = { state, what: "x", notReady: { reason: "not yet up", fatal: false } };

describe("waiting until a thing can be used", () => {
  it("ends as soon as it is ready", async () => {
    const seen = await whenReady(showing(waiting, waiting, { state, what: "x" }), kernelUnder(), {}, "Thing x");
    assert.deepEqual(seen, { state, what: "x" });
  });

  it("ends at once where waiting does not help", async () => {
    const kind = showing({
      ...waiting,
      notReady: { reason: "somebody else has it", fatal: true, todo: "Choose another." },
    });
    await assert.rejects(whenReady(kind, kernelUnder(), {}, "Thing x"), {
      kind: "user",
      message: "Thing x: it cannot be used\n  somebody else has it\n  Choose another.",
    });
  });

  it("ends with the deadline, and says what it waited for", async () => {
    const kernel = kernelUnder(AbortSignal.timeout(20));
    await assert.rejects(whenReady(showing(waiting), kernel, {}, "Thing x"), {
      kind: "timeout",
      message: /^Thing x: waited for it to become usable\n {2}not yet up\n {2}Raise `customTimeouts`/,
    });
  });

  it("ends with a Cancel", async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 10);
    await assert.rejects(whenReady(showing(waiting), kernelUnder(stop.signal), {}, "Thing x"), { kind: "cancelled" });
  });

  it("ends when it is not there, or is something else", async () => {
    const todo =
      "Something else removes or renames it, or removes its namespace: find that, and run `pulumi up` again.";
    await assert.rejects(whenReady(showing(undefined), kernelUnder(), {}, "Thing x"), {
      kind: "notFound",
      message: `Thing x: it is gone right after it was made\n  ${todo}`,
    });
    await assert.rejects(whenReady(showing({ what: "a plain file" }), kernelUnder(), {}, "Thing x"), {
      message: `Thing x: it is gone right after it was made\n  there is a plain file\n  ${todo}`,
    });
  });
});

describe("the kernel's word", () => {
  const check = (want: Json, shown: Json) =>
    verify({ kind: thing({}), isSecret: () => false }, want, { state: shown, what: "x" }, "Thing x");

  it("counts for every wanted value, and for no other", () => {
    check({ name: "x", size: 1 }, { name: "x", size: 1, more: true });
    assert.throws(() => check({ name: "x", size: 1 }, { name: "x", size: 2 }), {
      kind: "user",
      message: [
        "Thing x: the kernel did not take size = 1",
        "  it shows 2",
        "  Give a value within the kernel's limits, in the form in which the kernel shows it.",
      ].join("\n"),
    });
    assert.throws(() => check({ name: "x", size: 1 }, { name: "x" }), /it shows none/);
  });

  it("is not told of a secret, for the kernel may show it in another form", () => {
    const told = () =>
      verify({ kind: thing({}), isSecret: () => true }, { name: "a" }, { state: { name: "b" }, what: "x" }, "Thing x");
    assert.throws(told, /^NetnsError: Thing x: the kernel did not take name\n {2}it shows another value\n/);
  });

  it("does not count for what only says how the provider acts", () =>
    check({ name: "x", careful: true }, { name: "x" }));
});

describe("deletes", () => {
  async function overlap(deleteKey: Kind["deleteKey"]): Promise<number> {
    let [now, most] = [0, 0];
    const kind = thing({
      ...(deleteKey && { deleteKey }),
      observe: async () => {
        most = Math.max(most, ++now);
        await wait(5);
        now -= 1;
        return undefined;
      },
    });
    const lifecycle = new Lifecycle(new Intents(new FakeHost()), new SettingOwners(), new Rights(), new UnderWay());
    const resource = { kind, urn: "urn", kernel: kernelUnder(), warn: () => {}, isSecret: () => false };
    await Promise.all(["a", "b", "c"].map((name) => lifecycle.delete(resource, name, { name })));
    return most;
  }

  it("wait for each other where the kind asks for it", async () => assert.equal(await overlap(() => "same"), 1));
  it("do not wait for those with another key", async () => assert.equal(await overlap(({ name }) => name), 3));
  it("go side by side otherwise", async () => assert.equal(await overlap(undefined), 3));
});
