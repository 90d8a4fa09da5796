import assert from "node:assert/strict";
import { commandHost } from "../../provider/host/commands";
import { runner } from "../../provider/host/run";
import { Kernel } from "../../provider/kernel/kernel";
import { whileSet } from "../../provider/kernel/sysctl";
import { kernelSuite } from "../support/kernelSuite";
import { until } from "../support/until";

const KEY = "net.ipv4.conf.lo.promote_secondaries";

kernelSuite("A setting that is switched while a command runs", (bench) => {
  const value = async () => (await bench.lab.ip(`netns exec x sysctl -n ${KEY}`)).trim();
  const run = (signal: AbortSignal, ...argv: string[]) => {
    const host = commandHost({ run: runner(bench.lab.door), prefix: [], missingRights: async () => [] });
    const step = whileSet(KEY, { netns: "x", argv, what: "do it" });
    return new Kernel({ host, signal, debug: () => {} }).execute([step], "test");
  };

  it("is at 1 for the command", async () => {
    await run(AbortSignal.timeout(5000), "sh", "-c", `test $(sysctl -n ${KEY}) = 1`);
    assert.equal(await value(), "0");
  });

  it("is put back when the command fails, and its failure counts", async () => {
    const failing = run(AbortSignal.timeout(5000), "ip", "addr", "del", "10.9.9.9/24", "dev", "lo");
    await assert.rejects(failing, /could not do it\n.*exit 2/);
    assert.equal(await value(), "0");
  });

  it("is put back when the run is cancelled in the middle", async () => {
    const cancel = new AbortController();
    const cancelled = assert.rejects(run(cancel.signal, "sleep", "0.5"), { kind: "cancelled" });
    await until("the setting", async () => (await value()) === "1");
    cancel.abort();
    await cancelled;
    assert.equal(await value(), "0");
  });
});
