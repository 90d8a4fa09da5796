import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import { Queues } from "../../../provider/lifecycle/queues";

describe("work in queues", () => {
  const log: string[] = [];
  const work = (name: string) => async () => {
    log.push(`begin ${name}`);
    await setImmediate();
    log.push(`end ${name}`);
    if (name.startsWith("bad")) throw new Error(name);
    return name;
  };
  beforeEach(() => void log.splice(0));

  it("of one key goes one after the other, also after a failure, and gives each its own answer", async () => {
    const queues = new Queues();
    const ends = await Promise.allSettled(["one", "bad", "two"].map((name) => queues.run("key", work(name))));
    assert.deepEqual(log, ["begin one", "end one", "begin bad", "end bad", "begin two", "end two"]);
    assert.deepEqual(
      ends.map(({ status }) => status),
      ["fulfilled", "rejected", "fulfilled"],
    );
  });

  it("of other keys, or of none, does not wait", async () => {
    const queues = new Queues();
    await Promise.all([queues.run("a", work("a")), queues.run("b", work("b")), queues.run(undefined, work("c"))]);
    assert.deepEqual(log.slice(0, 3), ["begin c", "begin a", "begin b"]);
  });

  it("leaves nothing of a queue that has ended", async () => {
    const queues = new Queues();
    for (let i = 0; i < 100; i++) await queues.run(`key ${i}`, work(i % 2 ? "bad" : "good")).catch(() => {});
    await setImmediate();
    assert.equal(queues.size, 0);
  });
});
