import type { RunResult } from "../../provider/host/host";
import { batchCommands } from "./batchLines";
import { type Answer, FakeHost, netnsFacts } from "./fakeHost";

/** A FakeHost with namespaces of which many can be worked in with one command, as provider/kernel/many.ts does it. */
export class FakeNetns extends FakeHost {
  /** What each shows. Each device that a line names is there from then on. */
  readonly devices = new Map<string, { ifname?: string }[]>();
  /** The lines that were read in each, `netns: line`, without those that make it and look. */
  readonly worked: string[] = [];
  /** How often each was looked into. */
  readonly looks = new Map<string, number>();
  /** What the line of a batch says that fails. */
  fails: (netns: string, line: string) => string | undefined = () => undefined;
  /** What is printed in the place of what a namespace shows. */
  prints: (netns: string) => string | undefined = () => undefined;
  /** How a command that fails has ended, where it has not by itself. */
  failure: RunResult["failure"];

  constructor(...namespaces: string[]) {
    super((argv) => (argv[0] === "sh" ? this.many(argv.slice(4)) : argv.includes("-j") ? { stdout: "[]" } : undefined));
    for (const name of namespaces) this.add(name);
  }

  private add(name: string): void {
    this.devices.set(name, []);
    this.facts.set(`/run/netns/${name}`, netnsFacts(this.facts.size + 1));
  }

  private many(words: string[]): Answer {
    const stdout: string[] = [];
    for (let at = 0; at < words.length; at += 4) {
      const [file = "", name = "", first = "", text = ""] = words.slice(at, at + 4);
      const netns = name || file.replace("/run/netns/", "");
      if (file && !this.devices.has(netns))
        return ended(stdout, `nsenter: cannot open ${file}: No such file or directory`);
      if (name) this.add(name);
      const lines = [...(name ? [first, `netns attach ${name} 42`] : []), ...text.split("\n"), "addr show"];
      for (const [index, line] of lines.entries()) {
        const said = this.fails(netns, line);
        if (line === "addr show") stdout.push(this.look(netns));
        if (said !== undefined && line === "addr show" && this.failure)
          return { ...ended(stdout, said), exitCode: undefined, failure: this.failure };
        if (said !== undefined)
          return ended(line === "addr show" ? stdout.slice(0, -1) : stdout, `${said}\nCommand failed -:${index + 1}\n`);
        if (line !== "" && index >= (name ? 2 : 0) && line !== "addr show") this.work(netns, line);
      }
    }
    return { stdout: stdout.join("\n") };
  }

  private work(netns: string, line: string): void {
    this.worked.push(`${netns}: ${line}`);
    const [words = []] = batchCommands(line);
    this.devices.get(netns)?.push({ ifname: words[words.indexOf("dev") + 1] ?? "" });
  }

  private look(netns: string): string {
    this.looks.set(netns, (this.looks.get(netns) ?? 0) + 1);
    return this.prints(netns) ?? JSON.stringify(this.devices.get(netns));
  }
}

function ended(stdout: readonly string[], stderr: string): Answer {
  return { stdout: stdout.join("\n"), stderr, exitCode: 1 };
}
