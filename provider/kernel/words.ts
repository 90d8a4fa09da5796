import { closeSync } from "node:fs";
import { constants } from "node:os";
import { indexOf } from "../netlink/link";
import { NetlinkError } from "../netlink/message";
import type { Netlink } from "../netlink/netlink";

/** What words set: each by the name that it has in messages. */
export type Options<Value = number> = Record<string, readonly [name: string, read: (words: Words) => Value]>;

/** The words of a command, one after the other. */
export class Words {
  private at = 0;

  constructor(private readonly all: readonly string[]) {}

  get isEnd(): boolean {
    return this.at >= this.all.length;
  }

  /** Whether the next one is a number, be it with a unit. */
  get isNumber(): boolean {
    return /^\d/.test(this.all[this.at] ?? "");
  }

  /** The next one, which must be there. */
  next(): string {
    const word = this.all[this.at];
    if (word === undefined) throw new Error(`\`${this.all.join(" ")}\` ends too early`);
    this.at += 1;
    return word;
  }

  /** Whether the next one is this: then it is taken. */
  take(word: string): boolean {
    if (this.all[this.at] !== word) return false;
    this.at += 1;
    return true;
  }

  /** Meanings that put the next word, as `read` has it, where `values` has that key. */
  into<Values extends object>(values: Values) {
    return <Key extends keyof Values>(key: Key, read: (word: string) => Values[Key] = (word) => word as never) =>
      () => {
        values[key] = read(this.next());
      };
  }

  /** The rest by a table: each word puts what `read` makes of it, and of what is behind it, where the table says. */
  options<Value>(known: Options<Value>): Record<string, Value> {
    const given: Record<string, Value> = {};
    const meaning =
      ([name, read]: Options<Value>[string]) =>
      () => {
        given[name] = read(this);
      };
    this.each(Object.fromEntries(Object.entries(known).map(([word, option]) => [word, meaning(option)])));
    return given;
  }

  /** Each of the rest is one of these, and takes what belongs to it. */
  each<Word extends string>(meanings: Record<Word, () => void>, other?: (word: string) => void): void {
    while (!this.isEnd) {
      const word = this.next();
      if (Object.hasOwn(meanings, word)) meanings[word as Word]();
      else if (other) other(word);
      else throw new Error(`there is no meaning for \`${word}\` in \`${this.all.join(" ")}\``);
    }
  }
}

/** A word that is a number. */
export const number = (words: Words) => Number(words.next());

/** Where a command is done: what its words mean there. */
export class Place {
  private readonly files: number[] = [];

  constructor(
    private readonly netlink: Netlink,
    private readonly netns: string | undefined,
  ) {}

  /** The number of a device. */
  readonly index = (name: string): number => {
    const index = indexOf(this.netlink, this.netns, name);
    if (index !== undefined) return index;
    throw new NetlinkError(constants.errno.ENODEV, `Cannot find device "${name}"`);
  };

  /** A namespace as messages want it, good until `close`. */
  readonly namespace = (file: string): number => {
    const fd = this.netlink.open(file);
    this.files.push(fd);
    return fd;
  };

  close(): void {
    this.files.splice(0).forEach(closeSync);
  }
}
