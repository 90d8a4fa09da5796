import { CliLab, type VerbTests } from "../support/suites/cliLab";
import { needs } from "../support/suites/needs";
import { capture } from "./verbs/capture";
import { completion } from "./verbs/completion";
import { exec } from "./verbs/exec";
import { graph } from "./verbs/graph";
import { ls } from "./verbs/ls";
import { page } from "./verbs/page";
import { ping } from "./verbs/ping";
import { review } from "./verbs/review";
import { shell } from "./verbs/shell";
import { usage } from "./verbs/usage";
import { view } from "./verbs/view";
import { why } from "./verbs/why";

const verbs: Record<string, VerbTests> = { ls, graph, exec, shell, capture, ping, why, completion, review, view };

describe("netns, in the folder of a lab that is up", function () {
  this.timeout(120_000);
  let lab: CliLab;
  before(needs("root", "nsenter", "ip", "ping", "script", "setpriv", "pulumi"));
  before(async () => {
    lab = await CliLab.start();
  });
  after(() => lab?.stop());

  const pages = Object.fromEntries(["docs/cli.md", "docs/lab-host.md"].map((name) => [name, page(name)]));
  for (const [name, tests] of Object.entries({ ...verbs, usage, ...pages })) {
    describe(name, () => tests(() => lab));
  }
});
