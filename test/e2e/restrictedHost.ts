import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { remove, scratch } from "../support/engine/project";

/** What makes networks on a full host, whether the provider runs it or not. */
const PROGRAMS = [
  ...["/usr/bin/ip", "/usr/sbin/bridge", "/usr/sbin/tc", "/usr/sbin/sysctl"],
  ...["/usr/bin/nsenter", "/usr/bin/unshare"],
].filter(existsSync);

/** What a host lacks, or has otherwise. */
export interface Restrictions {
  /** Programs that are not installed. */
  without?: readonly string[];
  /** Scripts of sh in the place of programs; the program itself is `$REAL`. */
  instead?: Readonly<Record<string, string>>;
  /** Lines of sh that change the mounts, in a mount namespace of the provider's own. */
  mounts?: readonly string[];
  /** Words of setpriv(1), unshare(1) and their like. */
  words?: readonly string[];
}

/** A folder with all programs that there are on a restricted host, and the words that lead there from a lab host. */
export class RestrictedHost {
  private constructor(
    private readonly folder: string,
    private readonly restrictions: Restrictions,
  ) {}

  static async make(restrictions: Restrictions): Promise<RestrictedHost> {
    const folder = await scratch("restricted");
    await chmod(folder, 0o755);
    await mkdir(path.join(folder, "bin"));
    await mkdir(path.join(folder, "real"));
    for (const program of PROGRAMS) {
      const name = path.basename(program);
      const script = restrictions.instead?.[name];
      // Copies: the folders they come from are hidden.
      const real = path.join(folder, script === undefined ? "bin" : "real", name);
      if (!restrictions.without?.includes(name)) await copyFile(program, real);
      if (script === undefined) continue;
      await writeFile(path.join(folder, "bin", name), `#!/bin/sh\nREAL=${real}\n${script}\n`, { mode: 0o755 });
    }
    for (const name of ["sh", "mv"]) await symlink(`/usr/bin/${name}`, path.join(folder, "bin", name));
    await symlink(process.execPath, path.join(folder, "bin", "node"));
    return new RestrictedHost(folder, restrictions);
  }

  /** In front of a command behind the door of a lab host. */
  get words(): string[] {
    const { mounts = [], words = [] } = this.restrictions;
    const hide = "mount -n -t tmpfs tmpfs /usr/sbin && mount -n -t tmpfs tmpfs /usr/local/sbin";
    const enter = ["exec", ...words, "env", `PATH=${this.folder}/bin`, '"$@"'].join(" ");
    // iproute2 makes /run/netns a shared mount: what is made behind these words is seen on the lab host.
    const isolated = ["unshare", "--mount", "--propagation", "unchanged"];
    return [...isolated, "sh", "-c", [...mounts, hide, enter].join(" && "), "sh"];
  }

  close(): Promise<void> {
    return remove(this.folder);
  }
}
