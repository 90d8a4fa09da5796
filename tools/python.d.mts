export function pythonNeeds(env?: NodeJS.ProcessEnv): string[];
export function ensurePython(env?: NodeJS.ProcessEnv): Promise<string[]>;
