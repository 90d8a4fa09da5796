import { constants } from "node:os";
import { Intents } from "../../../provider/lifecycle/intents";
import { Lifecycle } from "../../../provider/lifecycle/lifecycle";
import type { Resource } from "../../../provider/lifecycle/resource";
import { Rights } from "../../../provider/lifecycle/rights";
import { SettingOwners } from "../../../provider/lifecycle/settingOwners";
import { UnderWay } from "../../../provider/lifecycle/underWay";
import { NetlinkError } from "../../../provider/netlink/message";
import { kindNamed } from "../../support/inputs/states";
import { FakeHost, folderFacts, kernelOn } from "../../support/provider/fakeHost";
import { FakeNetlink } from "../../support/provider/fakeNetlink";

const DIR = "/run/netns";
const IFF_UP = 1;

/** So much of a host as namespaces and sysctls need, in memory. What the kernel is asked for is known by its command. */
export class FakeLab extends FakeHost {
  readonly warnings: string[] = [];
  /** Such commands are refused. */
  fails: (command: string) => boolean = () => false;
  /** As if killed: before such a command, and from then on nothing gets to the host. */
  dies: (command: string) => boolean = () => false;
  private isDead = false;
  private said = "";
  private readonly intents = new Intents(this);
  readonly lifecycle = new Lifecycle(this.intents, new SettingOwners(), new Rights(), new UnderWay());

  constructor(before?: FakeLab) {
    super(undefined, new FakeNetlink(before?.netlink));
    for (const part of ["files", "facts"] as const) {
      for (const [key, value] of before?.[part] ?? []) (this[part] as Map<string, unknown>).set(key, value);
    }
    if (!this.facts.has(DIR)) this.facts.set(DIR, folderFacts());
    this.netlink.beforeLook = () => this.meet();
    this.netlink.beforeChange = () => {
      this.meet();
      this.log.push(this.said);
    };
  }

  /** The same host and a new provider process. */
  next(): FakeLab {
    return new FakeLab(this);
  }

  resource(type: string, name: string, signal = new AbortController().signal): Resource {
    const debug = (line: string) => {
      this.said = line;
    };
    const urn = `urn:pulumi:dev::lab::netns:index:${type}::${name}`;
    const warn = (text: string) => void this.warnings.push(text);
    return { kind: kindNamed(type), urn, kernel: kernelOn(this, { signal, debug }), warn, isSecret: () => false };
  }

  /** The orderly end of a run. */
  end(): Promise<void> {
    return this.intents.settleAnswered();
  }

  /** The commands that change the host. */
  get changes(): string[] {
    return this.log.filter((line) => !/^(?:write|remove) /.test(line));
  }

  /** The namespaces by their names. */
  get netns() {
    const named = [...this.netlink.listNamespaces().keys()].map((name) => {
      const { links, sysctls } = this.netlink.namespaces.get(`${DIR}/${name}`) ?? { links: [], sysctls: new Map() };
      const [lo] = links;
      return [name, { up: ((lo?.flags ?? 0) & IFF_UP) !== 0, alias: lo?.ifalias, sysctls }] as const;
    });
    return new Map(named);
  }

  add(name: string, alias?: string): void {
    this.netlink.add(`${DIR}/${name}`, alias).sysctls.set("net/ipv4/ip_forward", "0");
  }

  del(name: string): void {
    this.netlink.namespaces.delete(`${DIR}/${name}`);
  }

  private meet(): void {
    if (this.dies(this.said)) this.isDead = true;
    if (this.isDead) throw new Error("the process is dead");
    if (this.fails(this.said)) throw new NetlinkError(constants.errno.EINVAL, "refused by the test");
  }
}
