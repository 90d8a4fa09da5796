import { openSync, readdirSync, readSync, writeFileSync } from "node:fs";

/**
 * Run as a program: writes each key of its network namespace, and prints a line of JSON with all values first, then one
 * for each write: the key, the value that it took, and the others that changed with it. It writes keys of no device but
 * d0, whose keys nobody must have set before.
 */
export interface Written {
  key: string;
  value: string;
  others: [key: string, value: string][];
}

const open = new Map<string, number>();
const text = Buffer.alloc(4096);

function filesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

function read(file: string): string | undefined {
  try {
    const fd = open.get(file) ?? openSync(file, "r");
    open.set(file, fd);
    return text.toString("utf8", 0, readSync(fd, text, 0, text.length, 0)).trim();
  } catch {
    return undefined;
  }
}

function hasTaken(file: string, value: string): boolean {
  try {
    writeFileSync(file, value, { flag: "r+" });
    return true;
  } catch {
    return false;
  }
}

function keyOf(file: string): string {
  return file.slice("/proc/sys/".length).replaceAll("/", ".");
}

function scan(): void {
  const files = filesIn("/proc/sys/net").filter((file) => !/flush|\/lo\//.test(file) && read(file) !== undefined);
  const look = () => new Map(files.map((file) => [file, read(file) ?? ""]));
  let before = look();
  console.log(JSON.stringify([...before].map(([file, value]) => [keyOf(file), value])));
  for (const file of files) {
    const first = before.get(file) ?? "";
    if (/\/e0\//.test(file) || !/^-?\d+$/.test(first)) continue;
    for (const value of [first === "1" ? "0" : "1", first]) {
      if (before.get(file) === value || !hasTaken(file, value)) continue;
      const now = look();
      const others = files.filter((other) => other !== file && now.get(other) !== before.get(other));
      const told = others.map((other): [string, string] => [keyOf(other), now.get(other) ?? ""]);
      const written: Written = { key: keyOf(file), value: now.get(file) ?? "", others: told };
      console.log(JSON.stringify(written));
      before = now;
    }
  }
}

if (require.main === module) scan();
