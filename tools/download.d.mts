export interface DownloadOptions {
  bin: string;
  version: string;
  env?: NodeJS.ProcessEnv;
  timeoutMs?: number;
  platform?: string;
}

export function downloadEngine(options: DownloadOptions): Promise<void>;
