import assert from "node:assert/strict";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";
import { until } from "../support/suites/until";

exampleSuite(
  "dhcp",
  (lab) => {
    const clients = ["h1", "h2", "h3"];
    const addressOf = async (name: string) =>
      /inet (10\.15\.0\.1\d\d)\/24 /.exec(await lab.host.ip(`-o -4 -n ${name} address`))?.[1];
    const resolved = async (name: string) => {
      const { stdout } = await inNetns(lab.host, "h1", `busybox nslookup -type=a ${name}.lab 10.15.0.1`);
      return /^Name:\s+\w+\.lab\nAddress: (.*)$/m.exec(stdout)?.[1];
    };

    it("gives each host an address by DHCP, and its name by DNS", async () => {
      const given = await Promise.all(clients.map(addressOf));
      assert.equal(new Set(given.filter(Boolean)).size, 3, String(given));
      assert.deepEqual(await Promise.all(clients.map(resolved)), given);
      const { stdout, stderr } = await inNetns(lab.host, "h1", `ping -c 1 -W 5 ${given[2]}`);
      assert.match(stdout, / 0% packet loss/, stderr);
    });

    it("has the server and a client again that somebody has killed", async () => {
      // Some end with the others before it is their turn.
      for (const name of ["server", "h2"])
        await lab.host.tryRun(["kill", ...(await lab.host.ip(`netns pids ${name}`)).split(/\s+/).filter(Boolean)]);
      const up = done(await lab.stack.up());
      assert.deepEqual(changesOf(up), ["update Topology lab"]);
      assert.deepEqual(up.steps.find(({ op }) => op === "update")?.diff, [
        "processes[0].running",
        "processes[2].running",
      ]);
      await until("h2's name", async () => (await resolved("h2")) === (await addressOf("h2")));
      unchanged(await lab.stack.preview());
    });
  },
  { programs: ["dnsmasq", "busybox"] },
);
