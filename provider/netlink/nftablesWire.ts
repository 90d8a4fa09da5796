import { type ErrorParts, NetnsError } from "../errors";
import type { NftCommand, NftRan } from "./libnftables";

/** What the plugin and its process for nftables say to each other. */

/** A file that stands for a network namespace, "new" for one that is gone with the work, undefined for their own. */
export type NftPlace = string | undefined;

export interface NftAsked {
  place: NftPlace;
  commands: readonly NftCommand[];
}

/** An error that is ours, or one of the system. */
interface Failure {
  parts?: ErrorParts;
  message: string;
  code?: unknown;
  errno?: unknown;
}

/** `isBegun` comes first: who never got that far has changed nothing. */
export type NftAnswer = { isBegun: true } | { ran: NftRan } | { failure: Failure };

export function told(error: unknown): Failure {
  if (error instanceof NetnsError) return { parts: error.parts, message: error.message };
  if (!(error instanceof Error)) return { message: String(error) };
  const { code, errno } = error as NodeJS.ErrnoException;
  return { message: error.message, code, errno };
}

export function errorOf({ parts, message, ...rest }: Failure): Error {
  return parts ? new NetnsError(parts) : Object.assign(new Error(message), rest);
}
