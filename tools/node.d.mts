export function ensureNode(wanted: string, env?: NodeJS.ProcessEnv): Promise<{ bin: string; version: string }>;
