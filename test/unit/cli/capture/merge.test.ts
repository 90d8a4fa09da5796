import assert from "node:assert/strict";
import fc from "fast-check";
import { merge, type Source } from "../../../../cli/capture/merge";

interface Item {
  time: bigint;
}

const A_LONG_TIME = 60_000;

describe("Frames of several ends", () => {
  it("come in the order of time, each with its end, and none is lost", async () => {
    const sorted = fc.array(fc.nat(1000)).map((times) => times.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(fc.array(sorted, { minLength: 1, maxLength: 4 }), async (ends) => {
        const merged = await all(
          merge(
            ends.map((times) => source(from(times))),
            A_LONG_TIME,
          ),
        );
        const times = merged.map(({ item }) => Number(item.time));
        assert.deepEqual(
          times,
          ends.flat().sort((a, b) => a - b),
        );
        const back = ends.map((_, end) =>
          merged.filter((one) => one.from === end).map(({ item }) => Number(item.time)),
        );
        assert.deepEqual(back, ends);
      }),
    );
  });

  it("of one end that come one before the other are put right", async () => {
    const isCaughtUp = gate();
    const ends = [source(from([3, 2, 4])), source(later(from([]), isCaughtUp.opened), isCaughtUp.opened)];
    const merged = all(merge(ends, 1));
    isCaughtUp.open();
    assert.deepEqual(
      (await merged).map(({ item }) => Number(item.time)),
      [2, 3, 4],
    );
  });

  it("wait for an end that is late, until it says that no older one is under way", async () => {
    const late = gate();
    const isCaughtUp = gate();
    const ends = [source(from([2, 4])), source(later(from([1]), late.opened), isCaughtUp.opened)];
    const merged = merge(ends, 0);
    const first = merged.next();
    const isThere = await Promise.race([first, new Promise((resolve) => setTimeout(resolve, 20))]);
    assert.equal(isThere, undefined);
    late.open();
    assert.equal((await first).value?.from, 1);
    isCaughtUp.open();
    assert.deepEqual(
      (await all(merged)).map(({ from }) => from),
      [0, 0],
    );
  });

  it("do not wait for an end where nothing is under way", async () => {
    const late = gate();
    const merged = merge([source(from([2, 3])), source(later(from([1]), late.opened))], 1);
    assert.equal((await merged.next()).value?.from, 0);
    assert.equal((await merged.next()).value?.from, 0);
    late.open();
    assert.equal((await merged.next()).value?.from, 1);
    assert.equal((await merged.next()).done, true);
  });

  it("are read to the last when nobody wants more, so that who writes them can end", async () => {
    let isOver = false;
    const many = async function* () {
      yield* from(Array.from({ length: 30_000 }, (_, index) => index));
      isOver = true;
    };
    for await (const _ of merge([source(many())], A_LONG_TIME)) break;
    while (!isOver) await new Promise((resolve) => setImmediate(resolve));
  });

  it("end with what went wrong at one end", async () => {
    const broken = later(from([]), Promise.reject(new Error("broken")));
    await assert.rejects(all(merge([source(broken), source(from([]))], A_LONG_TIME)), /broken/);
  });
});

/** It has nothing under way that it has not handed over, or says so when that is reached. */
function source(items: AsyncIterable<Item>, caughtUp = Promise.resolve()): Source<Item> {
  return { items, caughtUp: () => caughtUp };
}

function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

async function* from(times: readonly number[]): AsyncGenerator<Item> {
  for (const time of times) yield { time: BigInt(time) };
}

async function* later(items: AsyncIterable<Item>, start: Promise<unknown>): AsyncGenerator<Item> {
  await start;
  yield* items;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
