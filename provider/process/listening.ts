import type { Host } from "../host/host";

export type Transport = "tcp" | "udp";

/** The states of sockets in /proc/net/tcp and udp that take what comes: TCP_LISTEN, and of UDP TCP_CLOSE, of include/net/tcp_states.h. */
const TAKES: Record<Transport, string> = { tcp: "0A", udp: "07" };

/** Whether a port is listened on in the network namespace of a process, see proc_pid_net(5). */
export async function isListening(host: Host, pid: number, transport: Transport, port: number): Promise<boolean> {
  const at = port.toString(16).toUpperCase().padStart(4, "0");
  const row = new RegExp(`^ *\\d+: [0-9A-F]+:${at} [0-9A-F]+:[0-9A-F]{4} ${TAKES[transport]} `, "m");
  for (const table of [transport, `${transport}6`]) {
    const text = await host.readFile(`/proc/${pid}/net/${table}`).catch(() => undefined);
    if (row.test(text ?? "")) return true;
  }
  return false;
}
