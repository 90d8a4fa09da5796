import type { Place } from "./rights.mjs";

export function chooseSandbox(options: Place & { asked?: boolean; canMake?: () => boolean }): string | undefined;
