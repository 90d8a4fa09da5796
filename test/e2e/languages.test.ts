import { copyOf, envOf, exampleOf, hasWholeLife, languageNeeds } from "../support/engine/languages";
import { execute } from "../support/engine/npm";
import { pluginFolder, remove } from "../support/engine/project";
import { Stack } from "../support/engine/pulumi";
import { LabHost } from "../support/labHost/labHost";
import { needs } from "../support/suites/needs";

/** Python's are test/e2e/plugin.test.ts's. */
describe("the labs of examples/languages", function () {
  this.timeout(600_000);
  let host: LabHost;
  const folders: string[] = [];

  before(needs("root", "nsenter", "ip", "ping", "pulumi"));
  before(async () => {
    host = await LabHost.start();
  });
  after(async () => {
    await host?.stop();
    await Promise.all(folders.map(remove));
  });

  it("are the same in YAML, where the plugin is on PATH [49] [51]", async function () {
    needs(...languageNeeds("yaml")).call(this);
    const folder = await copyOf("yaml");
    folders.push(folder);
    const { PATH } = await envOf("yaml", folder);
    // Its check takes no value of an enumeration where one of the same is wanted.
    await live(folder, { PATH: `${pluginFolder}:${PATH}`, PULUMI_DEBUG_YAML_DISABLE_TYPE_CHECKING: "true" });
  });

  it("are the same in Go", async function () {
    needs(...languageNeeds("go")).call(this);
    const env = await envOf("go", exampleOf("go"));
    // What the engine would do, and take for hanging where nothing of it is compiled yet.
    await execute(["go", "build", "pulumi-netns/sdk/go/netns"], exampleOf("go"));
    // Each run links the program anew.
    await live(exampleOf("go"), env, false);
  });

  async function live(folder: string, env: NodeJS.ProcessEnv, isAgain = true): Promise<void> {
    const stack = await Stack.open({ host, folder, env });
    try {
      await hasWholeLife(stack, isAgain);
    } finally {
      await stack.close();
    }
  }
});
