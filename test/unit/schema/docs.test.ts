import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { components } from "../../../provider/components";
import { configSchema } from "../../../provider/core/config";
import { definitions } from "../../../provider/definitions";
import { functions } from "../../../provider/functions";
import {
  componentPages,
  componentsTable,
  functionPages,
  functionsTable,
  kindsTable,
  referencePages,
  withKinds,
} from "../../../provider/schema/docs";
import { packageSchema } from "../../../provider/schema/pulumi";

const spec = packageSchema(definitions, configSchema, functions, components);
const pages = referencePages(definitions, spec);
const rows = (page: string) => pages[page]?.split("\n").filter((line) => line.startsWith("| ")) ?? [];

describe("the reference pages", () => {
  it("are one for each kind, and one for the configuration", () => {
    assert.deepEqual(Object.keys(pages).sort(), [
      "address.md",
      "bond-port.md",
      "bond.md",
      "bridge-port.md",
      "bridge.md",
      "dummy.md",
      "firewall.md",
      "geneve.md",
      "ifb.md",
      "ipvlan.md",
      "link-settings.md",
      "macvlan.md",
      "macvtap.md",
      "namespace.md",
      "neighbor.md",
      "netkit.md",
      "ovs-bridge.md",
      "ovs-port.md",
      "process.md",
      "provider.md",
      "qdisc.md",
      "reachability.md",
      "route.md",
      "rule.md",
      "sysctl.md",
      "tap.md",
      "topology.md",
      "tunnel.md",
      "veth-pair.md",
      "vlan.md",
      "vrf-port.md",
      "vrf.md",
      "vxlan.md",
    ]);
  });

  it("tell of every input whether it must be given, its default, and what a change of it does", () => {
    const [name, loopbackUp] = rows("namespace.md").slice(2);
    assert.match(name ?? "", /^\| `name` \| string \| the resource's logical name \| replaces \| The name /);
    assert.match(loopbackUp ?? "", /^\| `loopbackUp` \| boolean \| `true` \| in place \| Whether /);
    assert.ok(rows("veth-pair.md").some((row) => row.startsWith("| `name` | string | **required** | replaces | ")));
    assert.ok(
      rows("sysctl.md").some((row) => row.startsWith("| `value` | string or number | **required** | in place | ")),
    );
  });

  it("tell of outputs that no input is or that say more than the input", () => {
    const outputs = (pages["sysctl.md"] ?? "").split("## Outputs")[1] ?? "";
    assert.deepEqual(outputs.match(/^\| `\w+`/gm), ["| `value`", "| `previousValue`", "| `previousOthers`"]);
  });

  it("name the environment variables of the configuration", () => {
    assert.ok(rows("provider.md").some((row) => /^\| `sudo` \| boolean \| .*`NETNS_SUDO`/.test(row)));
  });

  it("are one for each function too, with its arguments, its results, and its two forms", () => {
    const { "container-namespace.md": page = "", ...more } = functionPages(functions, spec);
    assert.deepEqual(Object.keys(more), ["lab.md", "path-to.md"]);
    assert.match(page, /^\| `pid` \| integer \| optional \| The number of a process /m);
    assert.match(page, /^\| `path` \| string \| The container's network namespace/m);
    assert.match(page, /`containerNamespaceOutput` takes outputs .*its token is `netns:index:containerNamespace`/s);
  });

  it("are one for each component too, with what a provider is", () => {
    const { "vxlan-link.md": page = "", ...more } = componentPages(components, spec);
    assert.deepEqual(more, {});
    assert.match(page, /^\| `provider` \| \[Provider\]\(provider\.md\) \| optional \| replaces \| /m);
    assert.match(page, /^\| `mtu` \| integer \| The largest packet/m);
  });

  it("have rows of as many cells as their head", () => {
    const others = { ...functionPages(functions, spec), ...componentPages(components, spec) };
    for (const [page, text] of Object.entries({ ...pages, ...others })) {
      const tables = text.split("\n\n").filter((block) => block.startsWith("| "));
      const widths = tables.map(
        (block) =>
          new Set(
            block
              .trim()
              .split("\n")
              .map((row) => row.split(/(?<!\\)\|/).length),
          ).size,
      );
      assert.ok(tables.length > 0 && widths.every((size) => size === 1), page);
    }
  });
});

describe("the table of kinds in docs/resources.md", () => {
  it("links every kind, and says what it requires and what replaces it", () => {
    const table = kindsTable(definitions, spec).split("\n");
    assert.equal(
      table[3],
      "| [VethPair](reference/veth-pair.md) | Two Ethernet devices joined like the ends of a cable: what goes into " +
        "one comes out of the other, see veth(4). | **a**, **b** | a.name, a.namespace, b.name, b.namespace |",
    );
    assert.match(table.find((row) => row.startsWith("| [Address]")) ?? "", / \| any \|$/);
    assert.match(table.findLast((row) => row !== "") ?? "", /^\| \[Topology\].* \| none: its parts are, alone \|$/);
  });

  it("is where README leads to, which names each of them, too", () => {
    const readme = readFileSync(path.join(__dirname, "../../../README.md"), "utf8");
    const names = [...definitions, ...components].map(({ type }) => type);
    const missing = [...names, ...functions.map(({ name }) => name)].filter(
      (name) => !readme.includes(`[${name}](docs/`),
    );
    assert.deepEqual(missing, []);
  });

  it("has one of the functions beside it", () => {
    assert.match(
      functionsTable(functions, spec).split("\n")[2] ?? "",
      /^\| \[containerNamespace\]\(reference\/container-namespace\.md\) \| .* \| pid, docker, .* \| path, pid \|$/,
    );
  });

  it("has one of the components beside it", () => {
    assert.match(
      componentsTable(components, spec).split("\n")[2] ?? "",
      /^\| \[VxlanLink\]\(reference\/vxlan-link\.md\) \| .* \| \*\*a\*\*, \*\*b\*\*, \*\*vni\*\*, port, mtu \| a, b, mtu \|$/,
    );
  });

  it("is put between its marks, and nowhere else", () => {
    const readme = "# netns\n<!-- kinds -->\nold\n<!-- /kinds -->\nrest\n";
    assert.equal(withKinds(readme, "new $1\n"), "# netns\n<!-- kinds -->\n\nnew $1\n\n<!-- /kinds -->\nrest\n");
    assert.equal(withKinds(withKinds(readme, "new\n"), "new\n"), withKinds(readme, "new\n"));
    assert.equal(withKinds("# netns\n", "new\n"), "# netns\n");
  });
});
