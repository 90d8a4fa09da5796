import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";

/** Whether this process lives on for a child and for what it writes. */
export function hold(child: ChildProcess, isHeld: boolean): void {
  const how = isHeld ? "ref" : "unref";
  child[how]();
  for (const stream of child.stdio) (stream as Socket | null)?.[how]();
}
