import { posix } from "node:path";
import type { Path } from "../core/values";
import { NetnsError } from "../errors";
import type { Kernel } from "./kernel";
import { decoded, MARK_KEY, type OvsDatabase, tableIn } from "./ovsTables";
import type { Step } from "./step";

/** The words of ovs-vsctl(8). */

/** Where Open vSwitch is: the namespace of its ovs-vswitchd, and the socket of its database. */
export interface OvsPlace {
  namespace?: string | undefined;
  database?: string | undefined;
}

/** One that does not answer in this time is not running, or hangs. */
const PATIENCE_S = 10;

/** What is read, by tables; the properties of `OvsDatabase` in the order of what is printed. */
const READ = [
  ["Bridge", "_uuid,name,datapath_type,fail_mode,stp_enable,other_config,external_ids,ports"],
  ["Port", "_uuid,name,tag,trunks,vlan_mode,external_ids,interfaces,fake_bridge"],
  ["Interface", "_uuid,name,type,options,ofport,error,ifindex"],
] as const;

/** Where its database is unless one is named, and the file that ovs-vswitchd writes its process ID into, beside that. */
const USUAL_DATABASE = "unix:/run/openvswitch/db.sock";
const SWITCH = "ovs-vswitchd";
const PIDFILE = `${SWITCH}.pid`;

/** What is in a database, and whether somebody acts on that. */
interface OvsSight extends OvsDatabase {
  /** False where no ovs-vswitchd runs, as far as can be told. */
  isServed: boolean;
}

/** The bridges and ports that a database has. */
export function showOvs(kernel: Kernel, place: OvsPlace): Promise<OvsSight> {
  return kernel.once(`ovs ${place.namespace ?? ""} ${place.database ?? ""}`, () => lookInto(kernel, place));
}

const NOTHING: OvsSight = { bridges: [], ports: [], interfaces: [], isServed: false };

/** The same, for a list of all there is: nothing where there is no Open vSwitch. */
export function showOvsIfAny(kernel: Kernel, place: OvsPlace): Promise<OvsSight> {
  return showOvs(kernel, place).catch((error: unknown) => {
    const isNone = error instanceof NetnsError && /database connection failed/.test(error.parts.said ?? "");
    if (isNone || (error instanceof NetnsError && error.kind === "unsupported")) return NOTHING;
    throw error;
  });
}

async function lookInto(kernel: Kernel, { namespace, database }: OvsPlace): Promise<OvsSight> {
  const words = READ.flatMap(([table, columns]) => ["--", `--columns=${columns}`, "list", table]);
  const argv = [...vsctl(database), "--format=json", ...words];
  const text = await kernel.ask(namespace, argv, "read the database of Open vSwitch");
  // With its namespace everything in there is gone, and no ovs-vswitchd is left that could have it.
  if (text === undefined) return NOTHING;
  const [bridges, ports, interfaces] = text
    .trim()
    .split("\n")
    .map((line) => tableIn(line, kernel.asTyped(namespace, argv)));
  return { ...decoded({ bridges, ports, interfaces }), isServed: await isServed(kernel, database) };
}

async function isServed({ host }: Kernel, database = USUAL_DATABASE): Promise<boolean> {
  const [, socket] = /^unix:(.*)$/s.exec(database) ?? [];
  // That of another machine does not tell.
  if (socket === undefined) return true;
  const read = (path: string) => host.readFile(path).catch(() => undefined);
  const pid = (await read(posix.join(posix.dirname(socket), PIDFILE)))?.trim();
  return /^\d+$/.test(pid ?? "") && (await read(`/proc/${pid}/comm`))?.trim() === SWITCH;
}

/**
 * One transaction of these commands, each a list of words. ovs-vsctl waits until ovs-vswitchd has carried it out. The
 * database is no part of the namespace.
 */
export function ovs(
  { namespace, database }: OvsPlace,
  what: string,
  commands: readonly (readonly string[])[],
  property?: Path,
): Step {
  const argv = [...vsctl(database), ...commands.flatMap((words) => ["--", ...words])];
  return { netns: namespace, argv, what, outlives: true, ...(property && { property }) };
}

/** The same for one that takes a record away while nobody serves the database: with the record gone, it is done. */
export function unserved(step: Step): Step {
  const [program = "", ...words] = step.argv;
  return { ...step, argv: [program, "--no-wait", ...words] };
}

function vsctl(database: string | undefined): string[] {
  return ["ovs-vsctl", ...(database === undefined ? [] : [`--db=${database}`]), `--timeout=${PATIENCE_S}`];
}

/** A text as a value of a column: in quotes it is what it is, be it a number or a list to ovs-vsctl(8). */
export function quoted(text: string): string {
  return JSON.stringify(text);
}

/** What a record says of whose it is, as a word of `set`. */
export function marking(mark: string): string {
  return `external_ids:${MARK_KEY}=${quoted(mark)}`;
}

/** The commands that bring a column that is a map from `have` to what `want` says; a key with undefined is taken out. */
export function mapCommands(
  record: readonly string[],
  column: string,
  want: Record<string, string | undefined> = {},
  have: Record<string, string> = {},
): string[][] {
  const differing = Object.entries(want).filter(([key, value]) => have[key] !== value);
  return differing.map(([key, value]) =>
    value === undefined
      ? ["remove", ...record, column, quoted(key)]
      : ["set", ...record, `${column}:${quoted(key)}=${quoted(value)}`],
  );
}
