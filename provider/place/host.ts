/** A lab host, as `host` of the configuration names it. */
export interface LabHostName {
  user?: string;
  host: string;
  port?: string;
}

const PARTS = /^ssh:\/\/(?:(?<user>[^@]+)@)?(?:\[(?<inet6>[^\]]+)\]|(?<host>[^:/]+))(?::(?<port>\d+))?\/?$/;

/** The parts of `ssh://[USER@]HOST[:PORT]`, whose form the configuration has checked. */
export function parseHost(url: string): LabHostName {
  const { user, inet6, host = inet6 ?? "", port } = PARTS.exec(url)?.groups ?? {};
  return { host, ...(user !== undefined && { user }), ...(port !== undefined && { port }) };
}
