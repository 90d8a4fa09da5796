export interface Place {
  folder: string;
  stack: string;
  env?: NodeJS.ProcessEnv;
  status?: string;
}

export function requireMeans(options: Place & { command: string; args: string[] }): void;
export function whyOffline(options: Place): string | undefined;
export function mayChangeKernel(status: string): boolean;
