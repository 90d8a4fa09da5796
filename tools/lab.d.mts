import type { Engine } from "./engine.mjs";

export function folderBackend(folder: string): string;
export function labSettings(env?: NodeJS.ProcessEnv): Record<string, string>;
export function exportLines(engine: Engine, env?: NodeJS.ProcessEnv): string;
