export const root: string;
export const distDir: string;
export function cacheDir(env?: NodeJS.ProcessEnv): string;
