type Language = "python" | "go" | "yaml";
export function languageNeeds(language: Language, env?: NodeJS.ProcessEnv): string[];
export function ensureHost(language: Language, env?: NodeJS.ProcessEnv): Promise<string[]>;
export function ensurePulumiForPython(env?: NodeJS.ProcessEnv): Promise<string>;
