import assert from "node:assert/strict";
import fc from "fast-check";
import { merge } from "../../../../cli/capture/merge";

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
            ends.map((times) => from(times)),
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

  it("wait for an end that is late, for a while", async () => {
    const late = later(from([1]), () => new Promise((resolve) => setImmediate(resolve)));
    const merged = await all(merge([from([2]), late], A_LONG_TIME));
    assert.deepEqual(
      merged.map(({ from }) => from),
      [1, 0],
    );
  });

  it("do not wait for an end that is silent", async () => {
    let goOn = () => {};
    const silent = later(from([1]), () => new Promise<void>((resolve) => (goOn = resolve)));
    const merged = merge([from([2, 3]), silent], 1);
    assert.equal((await merged.next()).value?.from, 0);
    assert.equal((await merged.next()).value?.from, 0);
    goOn();
    assert.equal((await merged.next()).value?.from, 1);
    assert.equal((await merged.next()).done, true);
  });

  it("are read to the last when nobody wants more, so that who writes them can end", async () => {
    let isOver = false;
    const many = async function* () {
      yield* from(Array.from({ length: 30_000 }, (_, index) => index));
      isOver = true;
    };
    for await (const _ of merge([many()], A_LONG_TIME)) break;
    while (!isOver) await new Promise((resolve) => setImmediate(resolve));
  });

  it("end with what went wrong at one end", async () => {
    const broken = later(from([]), () => Promise.reject(new Error("broken")));
    await assert.rejects(all(merge([broken, from([])], A_LONG_TIME)), /broken/);
  });
});

async function* from(times: readonly number[]): AsyncGenerator<Item> {
  for (const time of times) yield { time: BigInt(time) };
}

async function* later(items: AsyncIterable<Item>, wait: () => Promise<unknown>): AsyncGenerator<Item> {
  await wait();
  yield* items;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
