export interface Wanted {
  bin: string;
  version: string;
  env: NodeJS.ProcessEnv;
}

export interface Engine {
  pulumi: string;
  folder?: string;
}

export interface EnsureOptions {
  env?: NodeJS.ProcessEnv;
  version?: string;
  ways?: { name: string; get: (wanted: Wanted) => Promise<void> }[];
}

export function ensureEngine(options?: EnsureOptions): Promise<Engine>;
