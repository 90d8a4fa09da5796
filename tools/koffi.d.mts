export interface Lock {
  packages: Record<string, { version: string; integrity?: string }>;
}

export function ensurePackage(name: string, options?: { env?: NodeJS.ProcessEnv; lock?: Lock }): Promise<string>;
