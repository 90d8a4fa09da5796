import assert from "node:assert/strict";
import { exampleSuite, inNetns } from "../support/suites/exampleSuite";

exampleSuite("lab", (lab) => {
  it("leads from each host to the server beyond the router", async () => {
    for (const name of ["h1", "h2", "h3"]) {
      const { stdout, stderr } = await inNetns(lab.host, name, "ping -c 1 -W 5 192.0.2.2");
      assert.match(stdout, /ttl=63 /, stderr);
    }
  });
});
