import { asNetnsError } from "../provider/errors";
import { NotStarted } from "./replace";
import { styled } from "./table";

/** Says what went wrong, and ends with `code` unless the failure has one of its own. */
export function fail(thrown: unknown, code: number): void {
  process.stderr.write(`${styled("red", "error:", process.stderr)} ${asNetnsError(thrown).message}\n`);
  process.exitCode = thrown instanceof NotStarted ? thrown.exitCode : code;
}
