import type { Host } from "../../../provider/host/host";
import { localHost } from "../../../provider/host/local";
import type { LabHost } from "../labHost/labHost";

type Files = Omit<Host, "run" | "missingRights">;

/**
 * The files of a lab host as this process sees them, below the root of one of that host's (proc_pid_root(5)); `around` is what
 * each look and each change goes through. A link with an absolute target would lead to this machine's own files: there is none
 * on the way to what the provider keeps. What it asks of its own process is that of the host's first one.
 */
export function labFiles(lab: LabHost, around: (what: string) => Promise<void>): Files {
  const at = (path: string) => `/proc/${lab.pid}/root${path.replace(/^\/proc\/(thread-)?self\//, `/proc/${lab.pid}/`)}`;
  const on =
    <More extends unknown[], T>(what: string, work: (path: string, ...more: More) => Promise<T>) =>
    async (path: string, ...more: More) => {
      await around(`${what} ${path}`);
      return work(at(path), ...more);
    };
  return {
    readFile: on("readFile", localHost.readFile),
    writeFile: on("writeFile", localHost.writeFile),
    async removeFiles(paths) {
      await around(`removeFiles ${paths.join(" ")}`);
      await localHost.removeFiles(paths.map(at));
    },
    makeFolder: on("makeFolder", localHost.makeFolder),
    whyForeign: on("whyForeign", localHost.whyForeign),
    removeFolder: on("removeFolder", localHost.removeFolder),
    readFolder: on("readFolder", localHost.readFolder),
    stat: on("stat", localHost.stat),
  };
}
