export function locked<T>(thing: string, work: () => Promise<T>, env?: NodeJS.ProcessEnv): Promise<T>;
