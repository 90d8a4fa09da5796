import type { Host } from "../host/host";
import { isTaken, type Transport } from "../host/socketTable";

/** Whether a port is listened on in the network namespace of a process, see proc_pid_net(5). */
export async function isListening(host: Host, pid: number, transport: Transport, port: number): Promise<boolean> {
  for (const table of [transport, `${transport}6`]) {
    const text = await host.readFile(`/proc/${pid}/net/${table}`).catch(() => undefined);
    if (isTaken(text ?? "", transport, port)) return true;
  }
  return false;
}
