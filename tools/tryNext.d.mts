export function tryNext(
  command: string,
  searchPath: string,
  place?: { sandbox?: string | undefined; folder?: string },
): string;
