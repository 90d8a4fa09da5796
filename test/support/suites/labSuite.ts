import path from "node:path";
import type { Json } from "../../../provider/core/values";
import type { Lab } from "../../../provider/lab/lab";
import { root } from "../../../tools/places.mjs";
import type { Recorded } from "../provider/rpcs";
import { type KernelFixture, kernelSuite } from "./kernelSuite";

interface MadeLab {
  /** The hosts as the function `lab` tells them, by the description that it has by now. */
  readonly hosts: Lab["hosts"];
  readonly recorded: Recorded;
  /** Makes it as another description says. */
  become(said: Json): Promise<void>;
}

export interface LabFixture extends KernelFixture {
  /** Makes the Topology of a description; it goes with the test. */
  make(said: Json): Promise<MadeLab>;
  /** What a program of test/support/testing prints on the lab host, as JSON. */
  finds<T>(program: string, ...words: string[]): Promise<T>;
}

/** A suite about labs of the function `lab`, made on one lab host by the provider in this process. */
export function labSuite(title: string, tests: (fixture: LabFixture) => void): void {
  kernelSuite(title, (kernel) => {
    let made: { name: string; recorded: Recorded }[] = [];
    const fixture: LabFixture = Object.assign(kernel, {
      async make(said: Json): Promise<MadeLab> {
        const name = `lab${made.length}`;
        const first = await expanded(kernel, said);
        const one = {
          name,
          hosts: first.hosts,
          recorded: await kernel.provider.create("Topology", name, first.topology),
        };
        made.push(one);
        return Object.assign(one, {
          async become(other: Json) {
            const { hosts, topology } = await expanded(kernel, other);
            one.recorded = await kernel.provider.update("Topology", name, one.recorded, topology);
            one.hosts = hosts;
          },
        });
      },
      async finds<T>(program: string, ...words: string[]): Promise<T> {
        const file = path.join(root, "test/support/testing", program);
        return JSON.parse(await kernel.lab.run([process.execPath, file, ...words], { timeoutMs: 20_000 })) as T;
      },
    });
    tests(fixture);
    afterEach("the labs go", async () => {
      for (const { name, recorded } of made) await kernel.provider.delete("Topology", name, recorded);
      made = [];
    });
  });
}

async function expanded({ provider }: KernelFixture, said: Json): Promise<Pick<Lab, "topology" | "hosts">> {
  return (await provider.call("lab", said)) as unknown as Lab;
}
