import assert from "node:assert/strict";
import { processSuite, sh } from "../support/suites/processSuite";
import { until } from "../support/suites/until";

/** Goes to the background twice, in a session of its own and without the mark in its environment. */
const DAEMON = "setsid env -i /bin/sh -c 'sleep 2001 & exec sleep 2002' & ";

processSuite("The end of a Process", (fixture, { create, remove, read, commands }) => {
  for (const [what, kill] of [
    ["", false],
    [", also when its minder is killed first", true],
  ] as const) {
    it(`ends all of its children, wherever they have gone${what}`, async () => {
      const { lab } = fixture;
      const made = await create({ argv: sh(`${DAEMON} exec sleep 2000`) });
      await until("its children", async () => (await commands()).length === 3);
      const minder = /^by (\d+)$/m.exec(await read(`${String(made.state.log).slice(0, -3)}life`))?.[1];
      if (kill) await lab.run(["kill", "-9", String(minder)]);
      await remove(made);
    });
  }

  it("is there as long as a child is that it has left in the background", async () => {
    const { provider } = fixture;
    const made = await create({ argv: sh(`${DAEMON} exit 0`) });
    assert.deepEqual([made.state.running, await commands()], [true, ["sleep 2001", "sleep 2002"]]);
    assert.deepEqual(await provider.read("Process", "it", made), made);
    await remove(made);
  });

  it("kills after its patience what does not hear of its signal", async () => {
    const made = await create({
      argv: sh("trap 'echo heard' INT; trap '' TERM; while :; do sleep 0.1; done"),
      ...{ stopSignal: "int", stopTimeoutMs: 300 },
    });
    const begun = performance.now();
    await remove(made);
    assert.ok(performance.now() - begun > 300);
  });
});
