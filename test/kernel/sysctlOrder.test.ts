import assert from "node:assert/strict";
import fc from "fast-check";
import type { Json } from "../../provider/core/values";
import type { Recorded } from "../support/provider/rpcs";
import { TestProvider } from "../support/provider/testProvider";
import { kernelSuite } from "../support/suites/kernelSuite";
import { cases } from "../support/suites/soak";

/** Settings that set each other along, and some that are set along. */
const KEYS = [
  "net.ipv4.ip_forward",
  "net.ipv4.conf.all.accept_redirects",
  "net.ipv4.conf.default.forwarding",
  "net.ipv4.conf.d0.forwarding",
  "net.ipv4.conf.d1.forwarding",
  "net.ipv4.conf.default.rp_filter",
  "net.ipv4.conf.d0.rp_filter",
  "net.ipv6.conf.all.forwarding",
  "net.ipv6.conf.default.forwarding",
  "net.ipv6.conf.d0.forwarding",
  "net.ipv6.conf.all.disable_ipv6",
  "net.ipv6.conf.d0.disable_ipv6",
  "net.ipv6.conf.d1.disable_ipv6",
];

/** Settings in the order in which the program names them. */
type Program = [key: string, value: string][];

const programs = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...KEYS), fc.constantFrom("0", "1")), {
    selector: ([key]) => key,
    minLength: 2,
  })
  .map((all): Program => all);
const scenarios = fc.record({ before: programs, steps: fc.array(programs, { minLength: 1, maxLength: 3 }) });

kernelSuite("Settings that reset others", (fixture) => {
  const values = async () => {
    const text = await fixture.lab.run(["ip", "netns", "exec", "z", "sysctl", ...KEYS]);
    return Object.fromEntries(
      text
        .trim()
        .split("\n")
        .map((line) => line.split(" = ")),
    );
  };
  const set = (program: Program) =>
    fixture.lab.run(["ip", "netns", "exec", "z", "sysctl", "-w", ...program.map((pair) => pair.join("="))]);
  const inputsOf = ([key, value]: Program[number]): Json => ({ namespace: "z", key, value });

  /** As the engine does it: reads all, then makes and changes side by side, in the end deletes what has left. */
  async function upSingle(state: Map<string, Recorded>, program: Program): Promise<void> {
    const provider = new TestProvider(fixture.lab);
    await Promise.all(
      [...state].map(async ([key, recorded]) => {
        const found = await provider.read("Sysctl", key, recorded);
        assert.ok(found, `${key} is gone`);
        state.set(key, found);
      }),
    );
    await Promise.all(
      program.map(async ([key, value]) => {
        const inputs = inputsOf([key, value]);
        const old = state.get(key);
        if (!old) state.set(key, await provider.create("Sysctl", key, inputs));
        else if (old.inputs.value !== value) state.set(key, await provider.update("Sysctl", key, old, inputs));
      }),
    );
    const left = [...state].filter(([key]) => !program.some(([one]) => one === key));
    await Promise.all(left.map(([key, recorded]) => provider.delete("Sysctl", key, recorded)));
    for (const [key] of left) state.delete(key);
  }

  async function check(program: Program, what: string): Promise<void> {
    const now = await values();
    for (const [key, value] of program) assert.equal(now[key], value, `${what}: ${key}`);
  }

  before(async () => {
    await fixture.lab.ip("netns add z");
    for (const name of ["d0", "d1"]) await fixture.lab.ip(`-n z link add name ${name} type veth peer name ${name}p`);
  });
  const first = async (scenario: { before: Program }) => {
    await set(scenario.before);
    return values();
  };

  it("have their values after each up, and the ones of before in the end, as single resources in any order", async () => {
    const property = fc.asyncProperty(scenarios, async (scenario) => {
      const was = await first(scenario);
      const state = new Map<string, Recorded>();
      for (const [index, program] of scenario.steps.entries()) {
        await upSingle(state, program);
        await check(program, `step ${index}`);
      }
      await upSingle(state, []);
      assert.deepEqual(await values(), was);
    });
    await fc.assert(property, { numRuns: cases(5, 300), endOnFailure: true, includeErrorInReport: true });
  });

  it("have their values after each up, and the ones of before in the end, as a Topology", async () => {
    const property = fc.asyncProperty(scenarios, async (scenario) => {
      const was = await first(scenario);
      let recorded: Recorded | undefined;
      for (const [index, program] of scenario.steps.entries()) {
        const provider = new TestProvider(fixture.lab);
        const inputs = { sysctls: program.map(inputsOf) };
        const old = recorded && (await provider.read("Topology", "lab", recorded));
        recorded = await (old
          ? provider.update("Topology", "lab", old, inputs)
          : provider.create("Topology", "lab", inputs));
        await check(program, `step ${index}`);
      }
      if (recorded) await new TestProvider(fixture.lab).delete("Topology", "lab", recorded);
      assert.deepEqual(await values(), was);
    });
    await fc.assert(property, { numRuns: cases(5, 300), endOnFailure: true, includeErrorInReport: true });
  });

  it("are refused twice under two names", async () => {
    const { provider } = fixture;
    const want = (key: string) => ({ namespace: "z", key, value: 1 });
    const made = await provider.create("Sysctl", "one", want("net.ipv4.ip_forward"));
    await assert.rejects(
      provider.create("Sysctl", "two", want("net.ipv4.conf.all.forwarding")),
      /resource `one` of this stack already sets it/,
    );
    await provider.delete("Sysctl", "one", made);
    const sysctls = ["net.ipv4.conf.all.forwarding", "net.ipv4.ip_forward"].map(want);
    const { failures } = provider.check("Topology", "lab", { sysctls });
    assert.deepEqual(failures, ["sysctls[1]: is that of `sysctls[0]` in the same namespace"]);
  });
});
