import { mustShowTheSame } from "../support/engine/labStack";
import { LabHost } from "../support/labHost/labHost";
import type { Program } from "../support/programs/program";
import { checkScenarios } from "../support/programs/scenario";
import { topologyPrograms } from "../support/programs/topologyPrograms";
import { TestProvider } from "../support/provider/testProvider";
import { needs } from "../support/suites/needs";
import { cases } from "../support/suites/soak";

const PROGRAMS = cases(9, 1_000);

describe("The commands that the provider tells", function () {
  this.timeout(0);
  const hosts: LabHost[] = [];
  before(needs("root", "nsenter", "ip", "tc", "sysctl"));
  before(async () => {
    hosts.push(await LabHost.start(), await LabHost.start());
  });

  it(`mean what it asks of the kernel, typed on another host, ${PROGRAMS} times`, async () => {
    const [asked, typed] = hosts as [LabHost, LabHost];
    const act = async (programs: Program[]) => {
      const provider = new TestProvider(asked);
      let made: Awaited<ReturnType<TestProvider["create"]>> | undefined;
      const repeat = async (said: Program[]) => {
        for (const line of provider.typed.splice(0)) await typed.run(["sh", "-c", line]);
        await mustShowTheSame(asked, typed, said);
      };
      for (const [index, [lab]] of programs.entries()) {
        const { type = "", name = "", inputs = {} } = lab ?? {};
        if (made === undefined) made = await provider.create(type, name, inputs);
        else if (provider.diff(type, made, inputs).details.length > 0)
          made = await provider.update(type, name, made, inputs);
        await repeat(programs.slice(0, index + 1));
      }
      if (made) await provider.delete("Topology", "lab", made);
      await repeat(programs);
      return programs.length;
    };
    await checkScenarios(
      topologyPrograms({ minLength: 1, maxLength: 3 }),
      { count: PROGRAMS, end: "both hosts show the same" },
      (scenario) =>
        act(scenario).catch(async (error: unknown) => {
          await Promise.all(hosts.map((host) => host.reboot()));
          throw error;
        }),
    );
  });

  after(() => Promise.all(hosts.map((host) => host.stop())));
});
