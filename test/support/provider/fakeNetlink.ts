import { openSync } from "node:fs";
import { constants } from "node:os";
import { type Json, mapLeaves } from "../../../provider/core/values";
import type { Address } from "../../../provider/netlink/address";
import { Cursor } from "../../../provider/netlink/bytes";
import type { NftCommand, NftRan } from "../../../provider/netlink/libnftables";
import type { Link } from "../../../provider/netlink/link";
import type { Message, Request } from "../../../provider/netlink/message";
import { Netlink } from "../../../provider/netlink/netlink";
import type { NftPlace } from "../../../provider/netlink/nftablesWire";
import type { Qdisc } from "../../../provider/netlink/qdisc";
import { SystemError } from "../../../provider/netlink/system";

/** What a namespace shows: objects as provider/netlink reads them. */
export interface FakeNamespace {
  inode: number;
  links: Link[];
  addresses: Address[];
  qdiscs: Qdisc[];
  /** VLANs of bridges, a row for a device. */
  vlans: { index: number; entry: { info: { vid: number; flags: number }; range?: number }[] }[];
  /** Values by their paths below /proc/sys. */
  sysctls: Map<string, string>;
  /** The numbers that it has for other namespaces, by the files of those. */
  numbers: Map<string, number>;
}

/** linux/rtnetlink.h: what asks for what. */
const RTM = { newlink: 16, getnsid: 90 };
const DUMPS: Record<number, "links" | "addresses" | "qdiscs" | "vlans"> = {
  ...{ 18: "links", 22: "addresses", 38: "qdiscs", 114: "vlans" },
};
const NLM_F_EXCL = 0x200;
/** Of routes, rules and numbers of namespaces: their headers name no device, as all others do in the fifth byte. */
const WITHOUT_DEVICE = [24, 25, 26, 32, 33, 34, 88, 89, 90];
const INDEX = 4;
const DEVICES = ["oif", "link", "master", "index"];
const FILES = ["netNsFd", "fd"];
const OWN = "";

type Answer = Partial<NftRan> | undefined | Promise<Partial<NftRan> | undefined>;

/** A link that shows no more than this. */
export function fakeLink(more: Partial<Link>): Link {
  return { family: 0, type: 1, index: 1, flags: 0, change: 0, ...more } as Link;
}

/** A kernel of nothing but memory. It writes down all that it is told, and does as much of it as tests look for. */
export class FakeNetlink extends Netlink {
  /** By their files; the provider's own is at "", which has no devices. */
  readonly namespaces = new Map<string, FakeNamespace>();
  readonly changes: Json[] = [];
  readonly looks: Json[] = [];
  /** Comes before each change, and before each look; an error is what the kernel answers. */
  beforeChange: (told: Json) => void = () => {};
  beforeLook: (told: Json) => void = () => {};
  /** What nftables says: of a look by default that nothing is there. */
  answerNft: (place: NftPlace, commands: readonly NftCommand[], signal: AbortSignal) => Answer = () => undefined;
  private inodes = 100;
  private readonly opened = new Map<number, string>();

  constructor(before?: FakeNetlink) {
    super();
    if (!before) this.add(OWN).links.length = 0;
    this.inodes = before?.inodes ?? 100;
    for (const [file, netns] of before?.namespaces ?? []) this.namespaces.set(file, netns);
  }

  /** A namespace with a `lo` that is down. */
  add(file: string, alias?: string): FakeNamespace {
    const lo = fakeLink({ index: 1, ifname: "lo", flags: 8, ...(alias !== undefined && { ifalias: alias }) });
    const nothing = { addresses: [], qdiscs: [], vlans: [], sysctls: new Map(), numbers: new Map() };
    const netns = { inode: file === OWN ? 1 : ++this.inodes, links: [lo], ...nothing };
    this.namespaces.set(file, netns);
    return netns;
  }

  override do(netns: string | undefined, requests: readonly Request[]): void {
    for (const request of requests) {
      const asked = this.words(netns, request);
      const isSetLink = request.type === RTM.newlink && (request.flags & NLM_F_EXCL) === 0;
      const [link] = isSetLink ? this.found(netns, asked) : [];
      if (isSetLink && !link) throw failure("ENODEV");
      this.change({ ...at(netns), ...asked });
      if (link) setLink(link, asked);
    }
  }

  override ask<T>(netns: string | undefined, request: Request, _read: (message: Message) => T): T[] {
    const asked = this.words(netns, request);
    this.look({ ...at(netns), ...asked });
    if (request.type !== RTM.getnsid) return this.found(netns, asked) as T[];
    return [{ nsid: this.at(netns).numbers.get(String(asked.fd)) ?? -1 } as T];
  }

  override async dump<T>(netns: string | undefined, request: Request, _read: (message: Message) => T): Promise<T[]> {
    const asked = this.words(netns, request);
    this.look({ ...at(netns), ...asked });
    const sort = DUMPS[request.type];
    const rows: { index: number }[] = sort ? this.at(netns)[sort] : [];
    return rows.filter(({ index }) => asked.dev === undefined || this.nameOf(netns, index) === asked.dev) as T[];
  }

  override async nft(place: NftPlace, commands: readonly NftCommand[], signal: AbortSignal): Promise<NftRan> {
    const isLook = place === "new" || commands.every(({ text }) => text.startsWith("list "));
    const nft = commands.map(({ text }) => text).join("\n");
    if (isLook) this.look({ ...at(place), nft });
    else this.change({ ...at(place), nft });
    if (place !== "new") this.at(place);
    const nothing = { stdout: "", stderr: "Error: No such file or directory", exitCode: 1 };
    const ran = { stdout: "", stderr: "", exitCode: 0 };
    const answer = await this.answerNft(place, commands, signal);
    return answer ? { ...ran, ...answer } : isLook ? nothing : ran;
  }

  override async parseNft(): Promise<string> {
    return "";
  }

  override makeNamespace(file: string, alias: string): void {
    this.change({ makes: file, alias });
    if (this.namespaces.has(file)) throw failure("EEXIST");
    this.add(file, alias);
  }

  override removeNamespace(file: string): void {
    this.change({ takesAway: file });
    if (!this.namespaces.delete(file)) throw failure("ENOENT");
  }

  override makeTuntap(want: object, alias: string, file: string): void {
    this.change({ netns: file, tuntap: { ...want }, alias });
  }

  override listNamespaces(): Map<string, number> {
    const files = [...this.namespaces].filter(([file]) => file.startsWith("/run/netns/"));
    return new Map(files.map(([file, { inode }]) => [file.slice("/run/netns/".length), inode]));
  }

  override open(file: string): number {
    const fd = openSync("/dev/null", "r");
    this.opened.set(fd, file);
    return fd;
  }

  override async readSysctl(netns: string | undefined, key: string): Promise<{ value: string }> {
    this.look({ ...at(netns), sysctl: key });
    const value = this.at(netns).sysctls.get(key);
    if (value === undefined) throw failure("ENOENT");
    return { value };
  }

  override readSysctlOfEach(
    netns: string | undefined,
    places: readonly (readonly [folder: string, name: string])[],
  ): Map<string, string> {
    this.look({ ...at(netns), sysctls: places.map((place) => place.join("/*/")) });
    const isAsked = (key: string) =>
      places.some(([folder, name]) => key.startsWith(`${folder}/`) && key.endsWith(`/${name}`));
    return new Map([...this.at(netns).sysctls].filter(([key]) => isAsked(key)));
  }

  override listSysctls(netns: string | undefined): string[] {
    return [...this.at(netns).sysctls.keys()].sort();
  }

  override writeSysctl(netns: string | undefined, key: string, value: string, ifThere = false): void {
    this.change({ ...at(netns), sysctl: key, value });
    const { sysctls } = this.at(netns);
    // Numbers are shown in decimal, however they were written.
    if (sysctls.has(key)) sysctls.set(key, value.startsWith("0x") ? String(Number(value)) : value);
    else if (!ifThere) throw failure("ENOENT");
  }

  /** What it has no answer for would else be asked of the machine's own kernel. */
  protected override socket(): never {
    throw new Error("a FakeNetlink has no socket");
  }

  override listen(): never {
    return this.socket();
  }

  override enter(): never {
    throw failure("ENOENT");
  }

  /** A request as data, with the names of devices and the files of namespaces in place of their numbers. */
  private words(netns: string | undefined, { type, flags, body, inside }: Request): Json {
    const header = Buffer.from(body.subarray(0, inside?.behind));
    const index = WITHOUT_DEVICE.includes(type) ? 0 : header.readInt32LE(INDEX);
    if (index !== 0) header.writeInt32LE(0, INDEX);
    const values = inside?.table.read(new Cursor(body, inside.behind)) as Json;
    const named = mapLeaves(values, (leaf, path) => {
      const key = String(path.at(-1));
      if (FILES.includes(key)) return this.opened.get(Number(leaf)) ?? leaf;
      return DEVICES.includes(key) && leaf !== 0 ? this.nameOf(netns, Number(leaf)) : leaf;
    }) as Json;
    return {
      type,
      flags,
      header: header.toString("hex"),
      ...(index !== 0 && { dev: this.nameOf(netns, index) }),
      ...named,
    };
  }

  /** The link that a request is about. */
  protected found(netns: string | undefined, { dev, ifname, altIfname }: Json): Link[] {
    const name = dev ?? ifname ?? altIfname;
    return this.at(netns).links.filter((link) =>
      [link.ifname, ...(link.propList?.altIfname ?? [])].includes(name as string),
    );
  }

  private nameOf(netns: string | undefined, index: number): string | number {
    return this.at(netns).links.find((link) => link.index === index)?.ifname ?? index;
  }

  protected at(netns = OWN): FakeNamespace {
    const found = this.namespaces.get(netns);
    if (!found) throw failure("ENOENT");
    return found;
  }

  private change(told: Json): void {
    this.beforeChange(told);
    this.changes.push(told);
  }

  private look(told: Json): void {
    this.beforeLook(told);
    this.looks.push(told);
  }
}

function at(netns: string | undefined): Json {
  return netns === undefined ? {} : { netns };
}

function setLink(link: Link, { header, ifalias }: Json): void {
  const [flags, change] = [8, 12].map((place) => Buffer.from(String(header), "hex").readUInt32LE(place));
  link.flags = (link.flags & ~Number(change)) | (Number(flags) & Number(change));
  if (ifalias !== undefined) link.ifalias = String(ifalias);
}

function failure(code: keyof typeof constants.errno): SystemError {
  return new SystemError("the fake kernel refuses", constants.errno[code]);
}
