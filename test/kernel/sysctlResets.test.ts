import assert from "node:assert/strict";
import { alongWith, losesNothing, oneName, RESETS, reachOf, SAME } from "../../provider/kernel/sysctlResets";
import { kernelSuite } from "../support/suites/kernelSuite";
import type { Written } from "./sysctlScan";

kernelSuite("What resets what on this kernel", (fixture) => {
  it("is what the table says, for each key below net. that is a number", async () => {
    const { lab } = fixture;
    // Of a namespace of its own: what somebody has set once does not follow `default` any more.
    await lab.ip("netns add fresh");
    await lab.ip("-n fresh link add name d0 type veth peer name e0");
    const scan = ["--import", "tsx", require.resolve("./sysctlScan")];
    const text = await lab.run(["ip", "netns", "exec", "fresh", process.execPath, ...scan]);
    await lab.ip("netns del fresh");
    const [first = "", ...lines] = text.trim().split("\n");
    const values = new Map<string, string>(JSON.parse(first));
    assert.ok(lines.length > 200, `${lines.length} writes`);
    const wrong: string[] = [];
    const met = new Set<unknown>();
    for (const { key, value, others } of lines.map((line): Written => JSON.parse(line))) {
      for (const [other, now] of [[key, value] as const, ...others]) values.set(other, now);
      for (const [other, now] of reachOf(key).length === 0 ? [] : values) {
        const made = losesNothing(key, other) ? undefined : alongWith(key, value, other);
        if (made !== undefined && made !== now) wrong.push(`${key}=${value} leaves ${other} at ${now}`);
      }
      for (const [other, now] of others) {
        if (oneName(other) === oneName(key)) met.add(oneName(key));
        else if (alongWith(key, value, other) !== now) wrong.push(`${key}=${value} sets ${other} to ${now}`);
        else met.add(RESETS.find((reset) => isBy(reset.writing, key) && reset.sets.some((one) => isBy(one, other))));
      }
    }
    assert.deepEqual(wrong, []);
    // And the table says no more than that. Where the values are as they are at first, a 0 loses nothing;
    // `neigh.default` is there in the machine's first namespace alone.
    const unmet = RESETS.filter(({ to, writing }) => to !== "zeroByZero" && !writing.includes(".neigh."));
    assert.deepEqual(
      unmet.filter((reset) => !met.has(reset)),
      [],
    );
    assert.ok(SAME.some(([name]) => met.has(name)));
  });
});

function isBy(pattern: string, key: string): boolean {
  const [parts, of] = [pattern.split("."), oneName(key).split(".")];
  return parts.length === of.length && parts.every((part, index) => /^(KEY|DEVICE)$/.test(part) || part === of[index]);
}
