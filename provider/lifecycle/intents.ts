import { setTimeout as wait } from "node:timers/promises";
import { parseUrn } from "../core/urn";
import type { Json } from "../core/values";
import type { Host } from "../host/host";
import { digest } from "../host/words";
import { newMark } from "../kernel/mark";
import { NETNS_DIR } from "../kernel/netnsPath";
import { RECORDS, recordsFolder } from "../kernel/records";
import * as refusal from "./refusal";

/** A plugin whose engine was killed ends within seconds. */
const PATIENCE_MS = 10_000;
const LOOK_MS = 100;

/**
 * What a run was about to make, written before the kernel is touched and taken back when the engine's state is known
 * to hold it. When a run is killed in between, the next one finds here what it may go on with.
 */
export interface Intent {
  urn: string;
  type: string;
  id: string;
  /** Where on the host, as the kind's `where` gives it. */
  where: unknown;
  mark: string;
  /** What it is to be on, for what can bear no mark: on anything else, this record says nothing. */
  place?: string;
  /** The process that wrote it, by its number and its start (proc(5), field 22 of stat). */
  owner: { pid: number; started: string };
  /** For settings: the state before anything was set. */
  found?: Json;
  /** Of many things, each. */
  parts?: Part[];
  /** The state, where it is newer than what the engine was answered: until that reads it. */
  state?: Json;
  /** How often those were changed before: tells this run's record from that of the run whose state is stored. */
  changes?: number;
}

/** One of many things that a run was about to make. */
export type Part = Pick<Intent, "type" | "where" | "place" | "found"> & { key: string };

/** The intent records, in /run beside the namespaces so that they live exactly as long as those do. */
export class Intents {
  private folder: Promise<string> | undefined;
  private isMade = false;
  /** When this process began. */
  private started: Promise<string | undefined> | undefined;
  /** What this process has made and answered for; its orderly end proves that the engine has stored it. */
  private readonly answered = new Set<string>();

  constructor(private readonly host: Host) {}

  /** The record as it is, be its run dead or not. */
  async peek(urn: string, id: string): Promise<Intent | undefined> {
    return this.load(await this.path(urn, id));
  }

  /** What a dead run was about to make; one that still runs is waited for, for it may be about to end. */
  async find(urn: string, id: string): Promise<Intent | undefined> {
    const path = await this.path(urn, id);
    const end = Date.now() + PATIENCE_MS;
    for (let known = await this.load(path); ; known = await this.load(path)) {
      if (!known || !(await this.isOwnerAlive(known))) return known;
      if (Date.now() > end) throw refusal.underWay(known.type, id, known.owner.pid);
      await wait(LOOK_MS);
    }
  }

  /** Records of the same resource under other ids: what a run died over before the program was changed. */
  async others(urn: string, id: string): Promise<Intent[]> {
    const folder = await this.home();
    const mine = fileName(urn, id);
    const names = (await this.host.readFolder(folder)).filter(
      (name) => name !== mine && name.startsWith(`${digest(urn)}-`) && name.endsWith(".json"),
    );
    const intents = await Promise.all(names.map((name) => this.load(`${folder}/${name}`)));
    const alive = await Promise.all(intents.map((intent) => intent && this.isOwnerAlive(intent)));
    return intents.filter((intent, index) => intent !== undefined && !alive[index]) as Intent[];
  }

  /** With the mark of a thing that has one already, or a new one. */
  async begin(about: Omit<Intent, "mark" | "owner"> & { mark?: string }): Promise<Intent> {
    this.started ??= this.startOf(process.pid);
    const owner = { pid: process.pid, started: (await this.started) ?? "" };
    const intent = { ...about, mark: about.mark ?? newMark(about.urn), owner };
    try {
      await this.makeNetnsDir();
      // Its folders are nobody else's business; those of namespaces have to be open to all.
      if (!this.isMade) await this.host.makeFolder(RECORDS, 0o700);
      this.isMade = true;
      await this.host.writeFile(await this.path(about.urn, about.id), JSON.stringify(intent));
    } catch (error) {
      throw refusal.noRecord(`${about.type} ${about.id || parseUrn(about.urn).name}`, RECORDS, error);
    }
    return intent;
  }

  async answer(urn: string, id: string): Promise<void> {
    this.answered.add(await this.path(urn, id));
  }

  /** Has the host remember a state that the engine does not know yet. */
  async remember(about: Omit<Intent, "mark" | "owner"> & { mark?: string; state: Json }): Promise<Intent> {
    this.answered.delete(await this.path(about.urn, about.id));
    return this.begin(about);
  }

  /** The engine's state is known to hold it, or it is no more. */
  async settle(urn: string, id: string): Promise<void> {
    const path = await this.path(urn, id);
    this.answered.delete(path);
    try {
      await this.host.removeFiles([path]);
    } catch (error) {
      throw refusal.staysRecorded(id, RECORDS, error);
    }
  }

  /** For the orderly end of the engine's run: what it was answered for, it has stored. */
  async settleAnswered(): Promise<void> {
    if (this.folder === undefined) return;
    await this.host.removeFiles([...this.answered]);
    await this.host.removeFolder(await this.home());
    await this.host.removeFolder(RECORDS);
  }

  private async load(path: string): Promise<Intent | undefined> {
    const text = await this.host.readFile(path);
    if (text === undefined) return undefined;
    try {
      const record = JSON.parse(text) as Partial<Intent> | null;
      return typeof record?.mark === "string" && record.owner ? (record as Intent) : undefined;
    } catch {
      // Not ours: our records appear whole or not at all.
      return undefined;
    }
  }

  /** Another process that is still there; this one has one Intents at a time, so what it finds of its own is old. */
  private async isOwnerAlive({ owner }: Intent): Promise<boolean> {
    return owner.pid !== process.pid && (await this.startOf(owner.pid)) === owner.started;
  }

  private async startOf(pid: number): Promise<string | undefined> {
    const stat = await this.host.readFile(`/proc/${pid}/stat`);
    // The name of the program, in parentheses, may hold blanks; field 3 comes after it.
    return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  }

  private async path(urn: string, id: string): Promise<string> {
    return `${await this.home()}/${fileName(urn, id)}`;
  }

  private home(): Promise<string> {
    this.folder ??= this.findHome();
    return this.folder;
  }

  /** What somebody else has written there would have us take over, or delete, what is not ours. */
  private async findHome(): Promise<string> {
    const [folder, why] = await Promise.all([recordsFolder(this.host), this.host.whyForeign(RECORDS)]);
    if (why !== undefined) throw refusal.foreignRecords(RECORDS, why);
    return folder;
  }

  /** The folder is named after /run/netns, so that must be there before the first record is written. */
  private async makeNetnsDir(): Promise<void> {
    if (await this.host.stat(NETNS_DIR)) return;
    await this.host.makeFolder(NETNS_DIR);
    this.folder = undefined;
  }
}

function fileName(urn: string, id: string): string {
  return `${digest(urn)}-${digest(id)}.json`;
}
