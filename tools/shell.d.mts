import type { SpawnOptions } from "node:child_process";

export function capture(argv: readonly string[], options?: SpawnOptions): Promise<string>;
export function run(
  argv: readonly string[],
  options?: SpawnOptions,
): Promise<{ code: number | string; output: string; stdout: string }>;
export function findOnPath(name: string, searchPath?: string): string | undefined;
