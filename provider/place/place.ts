import type { Config } from "../core/config";
import { isLinux } from "../host/linux";

/** Where a lab is. What is left out is as it is here: this machine, this user's own rights, no sandbox. */
export type Place = Pick<Config, "host" | "sudo" | "sandbox">;

/** Undefined where the process itself is in that place, which it never is on another system than Linux. */
export function placeOf({ host, sudo, sandbox }: Config): Place | undefined {
  if (host === undefined && !sudo && sandbox === undefined && isLinux) return undefined;
  return { ...(host !== undefined && { host }), ...(sudo && { sudo }), ...(sandbox !== undefined && { sandbox }) };
}

/** The same in words, behind what is there. */
export function whereIs({ host, sudo, sandbox }: Place): string {
  const words = [
    sandbox !== undefined && `in the sandbox ${sandbox}`,
    sudo && "that is root through sudo",
    host !== undefined && `on ${host}`,
  ];
  return words.filter(Boolean).join(" ");
}
