import assert from "node:assert/strict";
import { LabHost } from "./labHost";
import { TestProvider } from "./provider";

export interface Bench {
  lab: LabHost;
  /** A provider process of its own for each test. */
  provider: TestProvider;
}

/** A suite on a lab host with two empty namespaces, `x` and `y`; after each test they must be empty again. */
export function kernelSuite(title: string, tests: (bench: Bench) => void): void {
  describe(title, () => {
    const bench = {} as Bench;
    before(async () => {
      bench.lab = await LabHost.start();
      for (const name of ["x", "y"]) await bench.lab.ip(`netns add ${name}`);
    });
    beforeEach(() => {
      bench.provider = new TestProvider(bench.lab);
    });
    tests(bench);
    afterEach("nothing is left", async () => {
      const left: string[] = [];
      for (const at of [[], ["-n", "x"], ["-n", "y"]]) {
        const links = await bench.lab.json<Link[]>(["ip", ...at, "-j", "link"]);
        const more = links.map((link) => link.ifname).filter((name) => name !== "lo");
        left.push(...more);
        for (const name of more) await bench.lab.tryRun(["ip", ...at, "link", "del", name]);
      }
      assert.deepEqual(left, []);
    });
    after(() => bench.lab.stop());
  });
}

export interface Link {
  ifname: string;
  ifindex: number;
  flags: string[];
  mtu: number;
  address: string;
  operstate: string;
  ifalias?: string;
  group: string;
  addr_info: {
    local: string;
    prefixlen: number;
    label?: string;
    scope: string;
    broadcast?: string;
    address?: string;
    nodad?: boolean;
  }[];
}

/** A device as iproute2 itself shows it. */
export async function linkIn(lab: LabHost, netns: string, name: string): Promise<Link> {
  const links = await lab.json<Link[]>(["ip", "-n", netns, "-j", "-d", "addr", "show", "dev", name]);
  const link = links.find((one) => one.ifname === name);
  assert.ok(link, `no ${name} in ${netns}`);
  return link;
}
