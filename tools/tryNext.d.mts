export function tryNext(command: string, searchPath: string): string;
