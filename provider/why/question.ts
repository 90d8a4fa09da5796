/** What is asked: does a packet get from one host to another, or to an address? */
export interface Question {
  /** The name of a host in the graph. */
  from: string;
  /** The name of a host, or an address. */
  to: string;
  protocol: "icmp" | "tcp" | "udp";
  port?: number;
  /** Of the whole packet, in bytes; with it, no router may cut the packet up. */
  size?: number;
  family?: "inet" | "inet6";
  /** The device that it is sent by, whatever the routes say. */
  device?: string;
}

/** What is found out. */
export interface Finding {
  reaches: boolean;
  /** What stops the packet, and what to change; or that nothing does. */
  sentence: string;
  /** Where it ends. */
  host?: string;
  device?: string;
  direction?: "there" | "back";
  /** A word for programs: those of provider/model/reach, and `seen-last` where only the packet itself tells. */
  code?: string;
  change?: Change;
  /** The way that it takes, or should, hop by hop. */
  there: readonly string[];
  back: readonly string[];
  /** What was read, asked and counted. */
  proof: readonly string[];
  todo?: string;
}

/** What is to be changed. */
export interface Change {
  /** By its name in the program, with the property where there is one: `client-cable a.up`. */
  resource?: string;
  /** Where no resource makes it: what it is. */
  what?: string;
  /** What to type, where that mends it at once. */
  lines: readonly string[];
}
