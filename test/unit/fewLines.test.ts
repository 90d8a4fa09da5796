import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { root } from "../support/engine/project";
import { labOf } from "./lab/labOf";
import { fromFile } from "./labfiles/fromFile";

const FOLDER = path.join(root, "docs", "few-lines");
const FORMS = [".clab.yml", ".netlab.yml", ".ts"];

interface Lists {
  namespaces: { name: string }[];
  vethPairs: { a: { namespace: string }; b: { namespace: string } }[];
  addresses: { namespace: string; address: string }[];
  routes: { namespace: string; destination: string }[];
  [name: string]: unknown[];
}

/** What the Topology of a program gets. */
function listsOf(program: string): Lists {
  let lists: Lists | undefined;
  const netns = {
    labOutput(said: object) {
      const made = labOf(said).topology as unknown as Lists;
      return { topology: Object.assign(made, { apply: (change: (all: Lists) => Lists) => change(made) }) };
    },
    Topology: class {
      constructor(_name: string, all: Lists) {
        lists = all;
      }
    },
  };
  const body = program.replace(/^import .*\n/m, "").replaceAll(" as const", "");
  new Function("netns", body)(netns);
  return lists ?? assert.fail(program);
}

/** Who is joined to whom. */
function joined({ vethPairs }: Lists, names: ReadonlySet<string>): string[] {
  return vethPairs
    .map(({ a, b }) =>
      [a, b]
        .map(({ namespace }) => (names.has(namespace) ? namespace : "switch"))
        .sort()
        .join("-"),
    )
    .sort();
}

describe("docs/few-lines", () => {
  let page: string;
  before(async () => {
    page = await readFile(`${FOLDER}.md`, "utf8");
  });
  const names = readdirSync(FOLDER)
    .filter((name) => name.endsWith(".ts"))
    .map((name) => name.slice(0, -3));
  const text = (name: string, form: string) => readFile(path.join(FOLDER, `${name}${form}`), "utf8");

  it("has twelve labs, and counts their lines: ours are never more than containerlab's", async () => {
    assert.equal(names.length, 12);
    for (const name of names) {
      const texts = await Promise.all(FORMS.map((form) => text(name, form)));
      const [clab = 0, netlab, ours = 0] = texts.map(
        (one) => one.split("\n").filter((line) => line.trim() !== "").length,
      );
      assert.match(page, new RegExp(`^\\| ${name}\\b.* \\| ${clab} \\| ${netlab} \\| ${ours} \\|$`, "m"));
      assert.ok(ours <= clab, name);
    }
  });

  it("shows the files as they are", async () => {
    for (const form of FORMS) assert.ok(page.includes(`\n${await text("frr01", form)}\`\`\``), form);
  });

  it("says the same lab three times, ours with all addresses and routes", async () => {
    for (const name of names) {
      const [clab, netlab, ours] = [
        listsOf(fromFile(await text(name, ".clab.yml")).program),
        listsOf(fromFile(await text(name, ".netlab.yml")).program),
        listsOf(await text(name, ".ts")),
      ];
      const bridges = new Set(clab.bridges?.map((one) => (one as { name: string }).name));
      const hosts = new Set(clab.namespaces.map((one) => one.name).filter((one) => !bridges.has(one)));
      assert.deepEqual(joined(ours, hosts), joined(clab, hosts), name);
      assert.deepEqual(joined(netlab, hosts), joined(clab, hosts), name);
      for (const host of hosts)
        for (const family of [/\./, /:/])
          assert.ok(
            ours.addresses.some(({ namespace, address }) => namespace === host && family.test(address)),
            host,
          );
      const routers = (ours.sysctls as { namespace: string }[]).map(({ namespace }) => namespace);
      for (const host of hosts)
        if (routers.length > 0 && !routers.includes(host))
          assert.ok(
            ours.routes.some(({ namespace, destination }) => namespace === host && destination === "default"),
            host,
          );
    }
  });
});
