import path from "node:path";
import { exampleFolder } from "../engine/project";
import { until } from "../suites/until";
import type { LabHost } from "./labHost";

const START = path.join(exampleFolder("container"), "start.sh");

/** A container of runc on a lab host, of the example's busybox. Its network is its own, with nothing but a lo. */
export class Container {
  private constructor(
    private readonly lab: LabHost,
    readonly name: string,
  ) {}

  static async start(lab: LabHost, name: string): Promise<Container> {
    await lab.run(["sh", START, name]);
    return new Container(lab, name);
  }

  async pid(): Promise<number> {
    return (await this.lab.json<{ pid: number }>(["runc", "state", this.name])).pid;
  }

  async netns(): Promise<string> {
    return `/proc/${await this.pid()}/ns/net`;
  }

  /** Runs a program of busybox in it, whatever its end. */
  exec(command: string) {
    return this.lab.tryRun(["runc", "exec", this.name, ...command.split(" ")]);
  }

  /** Its processes end, and runc still knows it. */
  async kill(): Promise<void> {
    await this.lab.run(["runc", "kill", this.name, "KILL"]);
    await until(`the end of ${this.name}`, async () =>
      (await this.lab.run(["runc", "state", this.name])).includes('"stopped"'),
    );
  }

  async remove(): Promise<void> {
    await this.lab.tryRun(["runc", "delete", "--force", this.name]);
  }
}
