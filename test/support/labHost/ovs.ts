import assert from "node:assert/strict";
import type { Json } from "../../../provider/core/values";
import type { Stage } from "../suites/exampleSuite";
import { type KernelFixture, kernelSuite } from "../suites/kernelSuite";
import { until } from "../suites/until";
import type { LabHost } from "./labHost";

const SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";
/** Where ovs-vsctl looks when nobody says where. */
const USUAL = "/run/openvswitch";
/** A device that the userspace datapath makes for itself, and keeps. */
const OWN = "ovs-netdev";

type Daemon = ReturnType<LabHost["spawn"]>;

/** Open vSwitch on a lab host: a database of its own, and a switch in userspace, since the kernel here has no module. */
export class Ovs {
  private server: Daemon | undefined;
  private vswitchd: Daemon | undefined;

  private constructor(
    private readonly lab: LabHost,
    private readonly folder: string,
    /** The namespace that ovs-vswitchd runs in, by name; the host's own without one. */
    private readonly namespace: string | undefined,
  ) {}

  /** With the one device that it makes for itself there already. */
  static async start(lab: LabHost, { folder = USUAL, namespace }: { folder?: string; namespace?: string } = {}) {
    const ovs = new Ovs(lab, folder, namespace);
    await lab.run(["mkdir", "-p", folder]);
    await lab.run(["ovsdb-tool", "create", `${folder}/conf.db`, SCHEMA]);
    await ovs.startServer();
    await ovs.startSwitch();
    await ovs.vsctl("add-br first -- set Bridge first datapath_type=netdev");
    await ovs.vsctl("del-br first");
    return ovs;
  }

  get database(): string {
    return `unix:${this.folder}/db.sock`;
  }

  /** The processes, for who looks for others. */
  get pids(): number[] {
    return [this.server?.pid, this.vswitchd?.pid].filter((pid) => pid !== undefined);
  }

  async startServer(): Promise<void> {
    this.server = this.daemon("ovsdb-server", [`${this.folder}/conf.db`, `--remote=p${this.database}`]);
    await until(
      "the socket of ovsdb-server",
      async () => (await this.lab.tryRun(["test", "-S", `${this.folder}/db.sock`])).exitCode === 0,
    );
  }

  async startSwitch(): Promise<void> {
    const door = this.namespace === undefined ? [] : ["ip", "netns", "exec", this.namespace];
    this.vswitchd = this.daemon("ovs-vswitchd", [this.database, "--disable-system"], door);
    await this.vsctl(`set Open_vSwitch . external_ids:started=${this.vswitchd.pid}`);
  }

  /** By SIGKILL, it leaves all as it was, its pidfile and open devices. */
  async stopSwitch(signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
    await end(this.vswitchd, signal);
    this.vswitchd = undefined;
  }

  async stopServer(): Promise<void> {
    await end(this.server);
    this.server = undefined;
  }

  async stop(): Promise<void> {
    await this.stopSwitch();
    await this.stopServer();
  }

  /** Runs ovs-vsctl with the words of a line. */
  vsctl(line: string): Promise<string> {
    return this.lab.run(["ovs-vsctl", `--db=${this.database}`, "--timeout=10", "--", ...line.split(" ")]);
  }

  /** What a column of a record has, as ovs-vsctl prints it. */
  async get(record: string, column: string): Promise<string> {
    return (await this.vsctl(`get ${record} ${column}`)).trim().replaceAll('"', "");
  }

  async bridges(): Promise<string[]> {
    return (await this.vsctl("list-br")).split("\n").filter(Boolean);
  }

  /** The names of all bridges and ports, read while nobody serves the database. */
  async records(): Promise<string[]> {
    const words = ["--", "--columns=name", "list", "Bridge", "--", "--columns=name", "list", "Port"];
    const text = await this.lab.run(["ovs-vsctl", `--db=${this.database}`, "--timeout=10", "--bare", ...words]);
    return text.split("\n").filter(Boolean);
  }

  private daemon(program: string, words: string[], door: string[] = []): Daemon {
    const files = ["pid", "ctl", "log"].map((name) => `${this.folder}/${program}.${name}`);
    const options = ["pidfile", "unixctl", "log-file"].map((option, index) => `--${option}=${files[index]}`);
    // Sockets of its own for each bridge are made in the run dir.
    const env = { ...process.env, OVS_RUNDIR: this.folder };
    return this.lab.spawn([...door, program, ...words, ...options, "-vconsole:off"], { env, timeoutMs: 0 });
  }
}

/** By its pid: nsenter and `ip netns exec` have become the daemon itself. */
async function end(daemon: Daemon | undefined, signal: "SIGTERM" | "SIGKILL" = "SIGTERM"): Promise<void> {
  daemon?.kill(signal);
  await daemon;
}

/** Open vSwitch as what an example needs on its host. */
export function ovsStage(): Stage {
  let ovs: Ovs | undefined;
  return {
    set: async (host) => {
      ovs = await Ovs.start(host);
    },
    clear: async () => ovs?.stop(),
  };
}

export interface OvsFixture extends KernelFixture {
  ovs: Ovs;
}

/** The namespace of ovs-vswitchd in the suite below. */
export const SW = "sw";

/** A kernel suite with Open vSwitch in a third namespace, and no bridges or devices there after each test. */
export function ovsSuite(title: string, tests: (fixture: OvsFixture, place: Json) => void): void {
  const place = { namespace: SW, database: "unix:/run/lab-ovs/db.sock" };
  kernelSuite(title, (kernel) => {
    const fixture = kernel as OvsFixture;
    before(async () => {
      await fixture.lab.ip(`netns add ${SW}`);
      fixture.ovs = await Ovs.start(fixture.lab, { folder: "/run/lab-ovs", namespace: SW });
    });
    tests(fixture, place);
    afterEach("nothing is left in Open vSwitch", async () => {
      const bridges = await fixture.ovs.bridges();
      for (const name of bridges) await fixture.ovs.vsctl(`del-br ${name}`);
      const links = await fixture.lab.json<{ ifname: string }[]>(["ip", "-n", SW, "-j", "link"]);
      const more = links.map(({ ifname }) => ifname).filter((name) => name !== "lo" && name !== OWN);
      for (const name of more) await fixture.lab.tryRun(["ip", "-n", SW, "link", "del", name]);
      assert.deepEqual([bridges, more], [[], []]);
    });
    after(() => fixture.ovs?.stop());
  });
}
