import { readdirSync } from "node:fs";
import path from "node:path";
import { remove, root, scratch } from "../support/engine/project";
import { LabHost } from "../support/labHost/labHost";
import { ovsStage } from "../support/labHost/ovs";
import { SshLab } from "../support/labHost/sshLab";
import { plainEnv } from "../support/suites/env";
import type { Stage } from "../support/suites/exampleSuite";
import { lacks } from "../support/suites/kernelOptions";
import { has, needs, skipThis } from "../support/suites/needs";
import { cloneRepository } from "./clone";
import { followPage } from "./followPage";

/** Those of tests are test/e2e/testing.test.ts's, those of other languages test/e2e/languages.test.ts's. */
const ELSEWHERE = ["testing", "testing-python", "languages"];
const EXAMPLES = readdirSync(path.join(root, "examples")).filter((name) => !ELSEWHERE.includes(name));
/** What is not of the lab, but must be there, by the example that needs it. */
const STAGES: Record<string, Stage> = { ovs: ovsStage() };
/** What is typed on a machine from which ssh leads to others. */
const OVER_SSH = "two-hosts";
/** What many kernels lack, by the example that needs it, whose page then has `up` say so. */
const OPTIONS: Record<string, string> = { "vlan-bridge": "CONFIG_BRIDGE_VLAN_FILTERING" };

describe("whoever types what a README says sees what it says", function () {
  this.timeout(300_000);
  let host: LabHost;
  let clone: string;
  let home: string;

  before(async function () {
    needs("root", "nsenter", "ip", "ping", "tcpdump", "nft", "pulumi", "git").call(this);
    host = await LabHost.start();
    clone = await cloneRepository(host);
    home = await scratch("home");
  });

  for (const example of EXAMPLES.filter((name) => name !== OVER_SSH)) {
    it(`examples/${example}`, async () => {
      const page = path.join(clone, "examples", example, "README.md");
      const option = OPTIONS[example];
      await STAGES[example]?.set(host);
      try {
        await followPage(host, clone, page, shellEnv(home));
      } catch (error) {
        // What one page leaves behind is not the next one's.
        await host.reboot();
        if (option === undefined || !(error instanceof Error) || !lacks(option, error.message)) throw error;
      } finally {
        await STAGES[example]?.clear(host);
      }
    });
  }

  it(`examples/${OVER_SSH}`, async function () {
    if (!has("sshd")) skipThis(this, "sshd");
    const lab = await SshLab.start({ hosts: ["lab1", "lab2"] });
    try {
      const page = path.join(clone, "examples", OVER_SSH, "README.md");
      await followPage(lab.engine, clone, page, { ...shellEnv(home), ...lab.env });
    } finally {
      await lab.stop();
    }
  });

  after(async () => {
    await host?.stop();
    for (const folder of [clone, home]) if (folder) await remove(folder);
  });
});

/** What a user's shell has who has set nothing up; there is nobody to answer `pulumi up`. */
function shellEnv(home: string): NodeJS.ProcessEnv {
  return { ...plainEnv(), PULUMI_HOME: home, PULUMI_SKIP_CONFIRMATIONS: "true" };
}
