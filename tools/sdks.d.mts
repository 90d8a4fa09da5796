export interface SdkStamp {
  from: string;
  files: string;
}
export function sdkStamp(): SdkStamp;
export function recordedStamp(): SdkStamp | undefined;
export function writeSdks(folder: string, env?: NodeJS.ProcessEnv): Promise<string>;
export function generatedFiles(folder: string): string[];
