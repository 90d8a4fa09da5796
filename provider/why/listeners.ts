import { readFileSync } from "node:fs";
import { ipText } from "../netlink/ip";
import type { Netlink } from "../netlink/netlink";

/** A socket that takes what comes for a port; `address` is `0.0.0.0` or `::` where it takes it for all. */
export interface Listener {
  address: string;
  port: number;
}

const TCP_LISTEN = "0A";
const WORD_BYTES = 4;

/** Who listens in a namespace, by tcp or udp, as `ss -ln` shows it. */
export function listenersIn(netlink: Netlink, file: string | undefined, protocol: "tcp" | "udp"): Listener[] {
  return netlink.enter(file, () => [protocol, `${protocol}6`].flatMap((name) => listenersOf(name)));
}

function listenersOf(name: string): Listener[] {
  return read(`/proc/thread-self/net/${name}`)
    .trim()
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", remote = "", state] = line.trim().split(/\s+/);
      const isListening = name.startsWith("tcp") ? state === TCP_LISTEN : remote.endsWith(":0000");
      const [address = "", port = ""] = local.split(":");
      return isListening ? [{ address: addressOf(address), port: Number.parseInt(port, 16) }] : [];
    });
}

/** In words of four bytes, each as a number of this machine. */
function addressOf(hex: string): string {
  const bytes = Buffer.from(hex, "hex");
  for (let at = 0; at < bytes.length; at += WORD_BYTES) bytes.subarray(at, at + WORD_BYTES).reverse();
  return ipText(bytes);
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
