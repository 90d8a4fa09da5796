import path from "node:path";
import type { Json } from "../../../provider/core/values";
import type { Lab } from "../../../provider/lab/lab";
import { root } from "../../../tools/places.mjs";
import { LabHost } from "../labHost/labHost";
import type { Recorded } from "../provider/rpcs";
import { TestProvider } from "../provider/testProvider";

interface MadeLab {
  /** The hosts as the function `lab` tells them, by the description that it has by now. */
  readonly hosts: Lab["hosts"];
  /** Makes it as another description says; what differs, as Pulumi names it. */
  become(said: Json): Promise<string[]>;
  /** Whether all on the host is as it was made. */
  isAsMade(): Promise<boolean>;
}

export interface LabFixture {
  host: LabHost;
  /** Makes the Topology of a description; it goes with the suite. */
  make(said: Json): Promise<MadeLab>;
  /** Takes all away that was made until now. */
  ends(): Promise<void>;
  /** A program of test/support/testing that runs on the host, by the words. */
  runs(program: string, ...words: string[]): ReturnType<LabHost["spawn"]>;
  /** What such a one prints, as JSON. */
  finds<T>(program: string, ...words: string[]): Promise<T>;
}

/** A suite about labs of the function `lab`, made on one lab host by the provider in this process. */
export function labSuite(title: string, tests: (fixture: LabFixture) => void): void {
  describe(title, () => {
    const made: { name: string; recorded: Recorded }[] = [];
    let provider: TestProvider;
    const expand = async (said: Json) => (await provider.call("lab", said)) as unknown as Lab;
    const fixture: LabFixture = {
      host: undefined as never,
      async make(said) {
        const name = `lab${made.length}`;
        const { hosts, topology } = await expand(said);
        const one = { name, hosts, recorded: await provider.create("Topology", name, topology) };
        made.push(one);
        return Object.assign(one, {
          async become(other: Json) {
            const { hosts, topology } = await expand(other);
            const { inputs } = provider.check("Topology", name, topology);
            const { details } = provider.diff("Topology", one.recorded, inputs);
            one.recorded = await provider.update("Topology", name, one.recorded, topology);
            one.hosts = hosts;
            return details;
          },
          async isAsMade() {
            const seen = await provider.read("Topology", name, one.recorded);
            return seen !== undefined && provider.diff("Topology", seen, one.recorded.inputs).details.length === 0;
          },
        });
      },
      async ends() {
        for (const { name, recorded } of made.splice(0)) await provider.delete("Topology", name, recorded);
      },
      runs: (program, ...words) => fixture.host.spawn(typed(program, words), { timeoutMs: 30_000 }),
      async finds<T>(program: string, ...words: string[]) {
        return JSON.parse(await fixture.host.run(typed(program, words), { timeoutMs: 30_000 })) as T;
      },
    };
    before(async () => {
      fixture.host = await LabHost.start();
      provider = new TestProvider(fixture.host);
    });
    tests(fixture);
    after(async () => {
      await fixture.ends();
      await fixture.host?.stop();
    });
  });
}

function typed(program: string, words: string[]): string[] {
  return [process.execPath, path.join(root, "test/support/testing", program), ...words];
}
