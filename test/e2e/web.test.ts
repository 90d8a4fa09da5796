import assert from "node:assert/strict";
import { changesOf, done, exampleSuite, inNetns, unchanged } from "../support/suites/exampleSuite";

exampleSuite(
  "web",
  (lab) => {
    const get = () => inNetns(lab.host, "client", "busybox wget -q -O - http://10.14.0.1/");

    it("serves a page that the server alone sees, and tells that in its log", async () => {
      assert.equal((await get()).stdout, "Hello from the lab.");
      const { log } = await lab.stack.outputs();
      assert.match(await lab.host.run(["cat", String(log)]), /10\.14\.0\.2 .* "GET \/ HTTP\/1\.1" 200 /);
      assert.notEqual((await lab.host.tryRun(["ls", "/srv/index.html"])).exitCode, 0);
    });

    it("has the server again that somebody has killed, and proves that", async () => {
      const pids = (await lab.host.ip("netns pids server")).split(/\s+/);
      // Some end with the others before it is their turn.
      await lab.host.tryRun(["kill", ...pids]);
      assert.deepEqual(changesOf(done(await lab.stack.up())), ["update Process web", "update Reachability http"]);
      assert.equal((await get()).stdout, "Hello from the lab.");
      unchanged(await lab.stack.preview());
    });
  },
  { programs: ["python3", "busybox"] },
);
