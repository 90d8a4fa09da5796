import { readdirSync } from "node:fs";
import path from "node:path";
import { cloneRepository } from "../support/clone";
import { LabHost } from "../support/labHost";
import { needs } from "../support/need";
import { remove, root, scratch } from "../support/project";
import { followPage } from "../support/readme";

const EXAMPLES = readdirSync(path.join(root, "examples"));

describe("whoever types what a README says sees what it says", function () {
  this.timeout(300_000);
  let host: LabHost;
  let clone: string;
  let home: string;

  before(async function () {
    needs("root", "nsenter", "ip", "ping", "tcpdump", "pulumi", "git").call(this);
    host = await LabHost.start();
    clone = await cloneRepository(host);
    home = await scratch("home");
  });

  for (const example of EXAMPLES) {
    it(`examples/${example}`, async () => {
      const page = path.join(clone, "examples", example, "README.md");
      await followPage(host, clone, page, plainEnv(home));
    });
  }

  after(async () => {
    await host?.stop();
    for (const folder of [clone, home]) if (folder) await remove(folder);
  });
});

/** What a user's shell has who has set nothing up; there is nobody to answer `pulumi up`. */
function plainEnv(home: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PULUMI|NETNS|npm)_|^INIT_CWD$/.test(name));
  return { ...Object.fromEntries(own), PULUMI_HOME: home, PULUMI_SKIP_CONFIRMATIONS: "true" };
}
