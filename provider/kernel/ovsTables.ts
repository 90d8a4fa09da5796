import { NetnsError } from "../errors";

/** What `ovs-vsctl --format=json list` prints, see ovsdb(7) for the values and ovs-vswitchd.conf.db(5) for the columns. */

/** Our key in external_ids. */
export const MARK_KEY = "pulumi";

interface Table {
  headings: string[];
  data: unknown[][];
}

type Row = Record<string, unknown>;

export interface OvsBridgeRow {
  uuid: string;
  name: string;
  /** Empty: `system`. */
  datapathType: string;
  /** None: `standalone`. */
  failMode: string | undefined;
  stp: boolean;
  otherConfig: Record<string, string>;
  mark: string | undefined;
  /** The uuids of its ports. */
  ports: string[];
}

interface OvsPortRow {
  uuid: string;
  name: string;
  tag: number | undefined;
  trunks: number[];
  /** None: as the tag says. */
  vlanMode: string | undefined;
  mark: string | undefined;
  /** The uuids of its interfaces: several in a bond. */
  interfaces: string[];
  /** It stands for a bridge of one VLAN. */
  isFakeBridge: boolean;
}

export interface OvsInterfaceRow {
  uuid: string;
  name: string;
  /** Empty: `system`. */
  type: string;
  options: Record<string, string>;
  /** None or -1 where ovs-vswitchd could not add it. */
  ofport: number | undefined;
  error: string | undefined;
  /** The device's number; 0 where it has none. */
  ifindex: number | undefined;
}

export interface OvsDatabase {
  bridges: OvsBridgeRow[];
  ports: OvsPortRow[];
  interfaces: OvsInterfaceRow[];
}

/** The rows of a table, each by its columns. */
export function tableIn(line: string, command: string): Row[] {
  try {
    const { headings, data } = JSON.parse(line) as Table;
    return data.map((cells) => Object.fromEntries(headings.map((heading, index) => [heading, plain(cells[index])])));
  } catch {
    throw new NetnsError({
      kind: "unsupported",
      tried: `could not read what \`${command}\` printed`,
      said: line.slice(0, 200) || "it printed nothing",
      todo: "That is no table in JSON: see what the `ovs-vsctl` on PATH is (`type ovs-vsctl`, `ovs-vsctl --version`).",
    });
  }
}

export function decoded(tables: Record<"bridges" | "ports" | "interfaces", Row[] | undefined>): OvsDatabase {
  const { bridges = [], ports = [], interfaces = [] } = tables;
  return {
    bridges: bridges.map((row) => ({
      ...named(row),
      datapathType: String(row.datapath_type),
      failMode: one(row.fail_mode),
      stp: row.stp_enable === true,
      otherConfig: row.other_config as Record<string, string>,
      ports: all(row.ports),
    })),
    ports: ports.map((row) => ({
      ...named(row),
      tag: one(row.tag),
      trunks: all<number>(row.trunks).sort((a, b) => a - b),
      vlanMode: one(row.vlan_mode),
      interfaces: all(row.interfaces),
      isFakeBridge: row.fake_bridge === true,
    })),
    interfaces: interfaces.map((row) => ({
      ...named(row),
      type: String(row.type),
      options: row.options as Record<string, string>,
      ofport: one(row.ofport),
      error: one(row.error),
      ifindex: one(row.ifindex),
    })),
  };
}

function named(row: Row) {
  const marks = (row.external_ids ?? {}) as Record<string, string>;
  return { uuid: String(row._uuid), name: String(row.name), mark: marks[MARK_KEY] };
}

/** A set of one is printed as what is in it. */
function all<T = string>(value: unknown): T[] {
  return (Array.isArray(value) ? value : [value]) as T[];
}

/** What there is in a set of one at most. */
function one<T>(value: unknown): T | undefined {
  return all<T>(value)[0];
}

/** Of `["set", […]]`, `["map", [[key, value], …]]` and `["uuid", …]` what is in them. */
function plain(cell: unknown): unknown {
  if (!Array.isArray(cell)) return cell;
  const [sort, inner] = cell as [string, unknown];
  if (sort === "map") {
    return Object.fromEntries(
      (inner as [unknown, unknown][]).map(([key, value]) => [String(plain(key)), plain(value)]),
    );
  }
  return sort === "set" ? (inner as unknown[]).map(plain) : inner;
}
