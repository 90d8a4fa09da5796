export interface SdkStamp {
  from: string;
  files: string;
}
export function sdkStamp(): SdkStamp;
export function recordedStamp(): SdkStamp | undefined;
export function writeSdks(folder: string, env?: NodeJS.ProcessEnv): Promise<string>;
export function generatedFiles(folder: string): string[];
export interface Programs {
  schema: unknown;
  programs: Record<string, string>;
}
export function exampleStamp(given: Programs): string;
export function translated(given: Programs): Promise<Record<string, { python: string; go: string }>>;
