import { execFileSync } from "node:child_process";

/** The file of the library that `nft` is linked to. */
export function nftLibrary(): string {
  const linked = execFileSync("sh", ["-c", 'ldd "$(command -v nft || echo /usr/sbin/nft)"'], { encoding: "utf8" });
  const [, file] = /libnftables\S* => (\S+)/.exec(linked) ?? [];
  if (file === undefined) throw new Error(`nft is not linked to libnftables:\n${linked}`);
  return file;
}

/** The words of a command after which it is not there, as it were, in the mounts of this process. */
export function withoutNftLibrary(): string[] {
  return ["mount", "-n", "--bind", "/dev/null", nftLibrary()];
}
