import { setImmediate } from "node:timers/promises";
import type { FileFacts } from "../host/host";
import type { AddressedLink } from "./address";
import type { Kernel } from "./kernel";
import type { Link } from "./link";
import { showAll } from "./many";
import { NETNS_DIR, netnsWord } from "./netnsPath";

/** A device with all that `ip -j -d addr show` prints of it. */
export type Device = Link & AddressedLink & { altnames?: string[] };

/** What namespaces show. */
export type Devices = ReadonlyMap<string | undefined, Device[]>;

interface Question {
  netns: string;
  answer(devices: Device[] | undefined): void;
  fail(error: unknown): void;
}

/**
 * What many namespaces show at one moment. Each is looked into once, however many things are looked for in there, and
 * those that are asked for while others are looked into go out together.
 */
export class Survey {
  private readonly shown = new Map<string | undefined, Promise<Device[] | undefined>>();
  private readonly facts = new Map<string, Promise<FileFacts | undefined>>();
  private readonly answers = new Map<string, Promise<unknown[] | undefined>>();
  private names: Promise<Set<string>> | undefined;
  private questions: Question[] = [];
  private isAsking = false;

  constructor(
    private readonly kernel: Kernel,
    known: Devices,
  ) {
    for (const [netns, devices] of known) this.shown.set(netns, Promise.resolve(devices));
  }

  /** The devices of a namespace; undefined when there is no such namespace. */
  devices(netns: string | undefined): Promise<Device[] | undefined> {
    return once(this.shown, netns, () => this.look(netns));
  }

  /** What a reading command shows, which is run once however often it is asked for. */
  rows<Row>(netns: string | undefined, argv: readonly string[], look: () => Promise<Row[] | undefined>) {
    const command = [netns ?? "", ...argv].join("\0");
    return once(this.answers, command, look) as Promise<Row[] | undefined>;
  }

  stat(path: string): Promise<FileFacts | undefined> {
    return once(this.facts, path, async () => {
      // Of many namespaces that are to be made, most are not there: one look at the folder tells.
      if (path.startsWith(`${NETNS_DIR}/`)) {
        this.names ??= this.kernel.host.readFolder(NETNS_DIR).then((names) => new Set(names));
        if (!(await this.names).has(path.slice(NETNS_DIR.length + 1))) return undefined;
      }
      return this.kernel.host.stat(path);
    });
  }

  private async look(netns: string | undefined): Promise<Device[] | undefined> {
    if (netns === undefined) return this.kernel.show<Device>(netns, ["-d", "addr", "show"]);
    if (!(await this.stat(netnsWord(netns)))?.isNamespace) return undefined;
    return new Promise((answer, fail) => {
      this.questions.push({ netns, answer, fail });
      void this.ask();
    });
  }

  private async ask(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    await setImmediate();
    while (this.questions.length > 0) {
      const asked = this.questions;
      this.questions = [];
      try {
        const devices = await showAll(
          this.kernel,
          asked.map(({ netns }) => netns),
        );
        for (const { netns, answer } of asked) answer(devices.get(netns));
      } catch (error) {
        for (const { fail } of asked) fail(error);
      }
    }
    this.isAsking = false;
  }
}

/** A door for looking at many things at one moment; `known` is what some namespaces showed just now. */
export function surveying(kernel: Kernel, known: Devices = new Map()): Kernel {
  return kernel.with(new Survey(kernel, known));
}

function once<Key, T>(known: Map<Key, Promise<T>>, key: Key, find: () => Promise<T>): Promise<T> {
  const found = known.get(key) ?? find();
  known.set(key, found);
  return found;
}
