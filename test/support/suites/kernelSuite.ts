import assert from "node:assert/strict";
import { FALL_BACKS } from "../../../provider/core/tunnels";
import { LabHost } from "../labHost/labHost";
import { TestProvider } from "../provider/testProvider";

export interface KernelFixture {
  lab: LabHost;
  /** A provider process of its own for each test. */
  provider: TestProvider;
}

/** A suite on a lab host with two empty namespaces, `x` and `y`; after each test they must be empty again. */
export function kernelSuite(title: string, tests: (fixture: KernelFixture) => void): void {
  describe(title, () => {
    const fixture = {} as KernelFixture;
    before(async () => {
      fixture.lab = await LabHost.start();
      for (const name of ["x", "y"]) await fixture.lab.ip(`netns add ${name}`);
    });
    beforeEach(() => {
      fixture.provider = new TestProvider(fixture.lab);
    });
    tests(fixture);
    afterEach("nothing is left", async () => {
      const left: string[] = [];
      for (const at of [[], ["-n", "x"], ["-n", "y"]]) {
        const links = await fixture.lab.json<Link[]>(["ip", ...at, "-j", "link"]);
        const more = links.map((link) => link.ifname).filter((name) => name !== "lo" && !FALL_BACKS.includes(name));
        left.push(...more);
        for (const name of more) await fixture.lab.tryRun(["ip", ...at, "link", "del", name]);
      }
      assert.deepEqual(left, []);
    });
    after(() => fixture.lab.stop());
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
