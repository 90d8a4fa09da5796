import assert from "node:assert/strict";
import { localHost } from "../../provider/host/local";
import { Kernel } from "../../provider/kernel/kernel";
import { SharedReads } from "../../provider/kernel/readCache";
import { ip } from "../../provider/kernel/step";
import { whileSet } from "../../provider/kernel/sysctl";
import { LabNetlink } from "../support/provider/labNetlink";
import { kernelSuite } from "../support/suites/kernelSuite";

const KEY = "net.ipv4.conf.lo.promote_secondaries";

kernelSuite("A setting that is switched while something is done", (fixture) => {
  const value = async () => (await fixture.lab.ip(`netns exec x sysctl -n ${KEY}`)).trim();
  /** The values that are there before each change, and after the last. */
  const run = async (words: string) => {
    const values: string[] = [];
    const netlink = new LabNetlink(fixture.lab, async (work) => {
      values.push(await value());
      await work();
    });
    const options = { host: localHost, netlink, sharedReads: new SharedReads(), debug: () => {} };
    const kernel = new Kernel({ ...options, signal: AbortSignal.timeout(5000) });
    const step = whileSet(KEY, ip("x", "do it", words.split(" ")));
    const failure = await kernel.execute([step], "test").catch((error: Error) => error);
    netlink.release();
    return { values: [...values, await value()], failure };
  };

  it("is at 1 for that, and at 0 before and after", async () => {
    assert.deepEqual(await run("link set dev lo mtu 1500"), { values: ["0", "1", "1", "0"], failure: undefined });
  });

  it("is put back when it fails, and that counts", async () => {
    const { values, failure } = await run("addr del 10.9.9.9/24 dev lo");
    assert.match(String(failure), /could not do it\n.*EADDRNOTAVAIL/);
    assert.equal(values.at(-1), "0");
  });
});
