import type { RunOptions } from "../../../provider/host/host";
import { Kernel } from "../../../provider/kernel/kernel";
import { Holders } from "../../../provider/lifecycle/holders";
import { Intents } from "../../../provider/lifecycle/intents";
import { Lifecycle, type Resource } from "../../../provider/lifecycle/lifecycle";
import { Rights } from "../../../provider/lifecycle/rights";
import { UnderWay } from "../../../provider/lifecycle/underWay";
import { type Answer, FakeHost, folderFacts, netnsFacts } from "../../support/fakeHost";
import { kindNamed } from "../../support/states";

const DIR = "/run/netns";
const GONE = { exitCode: 1, stderr: "nsenter: cannot open /run/netns/gone: No such file or directory" };

interface FakeNetns {
  up: boolean;
  alias?: string;
  sysctls: Map<string, string>;
}

/** So much of a host as namespaces and sysctls need, in memory. */
export class FakeLab extends FakeHost {
  readonly netns = new Map<string, FakeNetns>();
  readonly warnings: string[] = [];
  /** Such commands are refused. */
  fails: (command: string) => boolean = () => false;
  /** As if killed: before such a command, and from then on nothing gets to the host. */
  dies: (command: string) => boolean = () => false;
  private isDead = false;
  private inodes = 100;
  private readonly intents = new Intents(this);
  readonly lifecycle = new Lifecycle(this.intents, new Holders(), new Rights(), new UnderWay());

  constructor(before?: FakeLab) {
    super((argv, options) => this.obey(argv, options));
    for (const part of ["netns", "files", "facts"] as const) {
      for (const [key, value] of before?.[part] ?? []) (this[part] as Map<string, unknown>).set(key, value);
    }
    if (!this.facts.has(DIR)) this.facts.set(DIR, folderFacts());
    this.inodes = before?.inodes ?? this.inodes;
  }

  /** The same host and a new provider process. */
  next(): FakeLab {
    return new FakeLab(this);
  }

  resource(type: string, name: string, signal = new AbortController().signal): Resource {
    const kernel = new Kernel({ host: this, signal, debug: () => {} });
    const urn = `urn:pulumi:dev::lab::netns:index:${type}::${name}`;
    return { kind: kindNamed(type), urn, kernel, warn: (text) => void this.warnings.push(text), isSecret: () => false };
  }

  /** The orderly end of a run. */
  end(): Promise<void> {
    return this.intents.settleAnswered();
  }

  /** The commands that change the host. */
  get changes(): string[] {
    return this.log.filter((line) => /unshare|link set|netns del|sysctl -w/.test(line));
  }

  add(name: string, alias?: string): void {
    if (alias === undefined) this.netns.set(name, { up: false, sysctls: new Map([["net/ipv4/ip_forward", "0"]]) });
    else this.netns.set(name, { up: false, alias, sysctls: new Map() });
    this.inodes += 1;
    this.facts.set(`${DIR}/${name}`, netnsFacts(this.inodes));
  }

  del(name: string): void {
    this.netns.delete(name);
    this.facts.delete(`${DIR}/${name}`);
  }

  private obey(argv: readonly string[], { signal }: RunOptions): Answer {
    const command = argv.join(" ");
    if (this.dies(command)) this.isDead = true;
    if (this.isDead) throw new Error("the process is dead");
    if (signal.aborted) return { exitCode: undefined, failure: "aborted" };
    if (this.fails(command)) return { exitCode: 2, stderr: "RTNETLINK answers: refused by the test" };
    const [, at, words] = /^nsenter --net=\/run\/netns\/(\S+) -- (.*)$/.exec(command) ?? [];
    if (at !== undefined && words !== undefined) return this.within(at, words);
    const name = argv.at(argv[0] === "unshare" ? -2 : -1) ?? "";
    if (argv[0] === "unshare") {
      if (this.netns.has(name)) return { exitCode: 1, stderr: `Cannot create namespace file "${name}": File exists` };
      this.add(name, argv.at(-1));
    } else this.del(name);
    return undefined;
  }

  private within(at: string, words: string): Answer {
    const netns = this.netns.get(at);
    if (!netns) return GONE;
    const [, key = "", value] = /^sysctl (?:-w )?([^=]+)=?(.*)$/.exec(words) ?? [];
    if (words.startsWith("sysctl ") && !words.startsWith("sysctl -w")) {
      const has = netns.sysctls.get(key);
      if (has === undefined) return { exitCode: 255, stderr: `sysctl: "${key}" is an unknown key` };
      return { stdout: `${key.replaceAll("/", ".")} = ${has}` };
    }
    if (words.startsWith("sysctl -w")) netns.sysctls.set(key, shown(value ?? ""));
    else if (words.includes("show")) {
      const link = { ifname: "lo", ifindex: 1, flags: netns.up ? ["UP"] : [], ifalias: netns.alias };
      return { stdout: JSON.stringify([link]) };
    } else netns.up = words.endsWith("up");
    return undefined;
  }
}

/** Numbers are shown in decimal, however they were written. */
function shown(value: string): string {
  return value.startsWith("0x") ? String(Number(value)) : value;
}
