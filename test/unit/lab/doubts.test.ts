import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "../../../provider/core/check";
import { getAt, type Json, leaves, type Path, pathText } from "../../../provider/core/values";
import { description } from "../../../provider/lab/description";
import { faultsBeside } from "../../../provider/lab/lab";
import { labDescriptions } from "../../support/inputs/labDescriptions";

/** Words of a wrong form beside others, and what else is told then. */
const BESIDE: [title: string, said: object, besides: string[]][] = [
  [
    "names of a wrong form, which join what they join",
    {
      hosts: { "a b": { gateway: "r" }, c: { gateway: "x" }, t: {} },
      switches: { s: { hosts: ["a b", "c", "r", "d/e:eth0"], subnet: "10.0.1.0/24" }, t: {} },
      links: [{ between: ["a b", "c:/"] }],
    },
    [
      'hosts["a b"].gateway: is no router: give that host `forwarding: true`',
      "hosts.c.gateway: is no host of the lab",
      "switches.t: is the name of a host as well",
    ],
  ],
  [
    "what nothing else hangs on",
    {
      hosts: {
        a: {
          addresses: ["x", "10.0.9.9", 5, "10.0.1.0"],
          routes: [
            { destination: "1.2.3.4.5", gateway: "a" },
            { destination: "default", gateway: "a" },
          ],
          processes: { p: { argv: [] } },
          nat: "hme",
          up: 1,
        },
      },
      switches: { s: { hosts: ["a", "b"], subnet: "10.0.1.0/24" } },
      links: [
        { between: ["c", "d"], link: { delay: "1", jitter: "1ms" }, mtu: 1 },
        { between: ["c", "d"], subnet: "10.0.1.0/25" },
      ],
      prefix: "/",
    },
    [
      "hosts.a.addresses[1]: is in no subnet of a network that the host is on",
      "hosts.a.addresses[3]: is the first or the last address of its subnet, which hosts cannot have",
      "hosts.a.routes[1].gateway: is the host itself",
      "links[1].subnet: overlaps with the subnet of another network",
    ],
  ],
  [
    "a subnet of a wrong form, on which addresses hang",
    {
      hosts: { a: { addresses: ["10.0.1.5"], gateway: "x" } },
      switches: { s: { hosts: ["a", "a"], subnet: "10.0.1.1/24" } },
    },
    [
      "hosts.a.gateway: is no host of the lab",
      "switches.s.hosts[1]: is in the list already: a second cable of this host needs the name of a device, `HOST:DEVICE`",
    ],
  ],
  [
    "cables of which nothing is known, on which most hangs",
    {
      hosts: { a: { gateway: "b", addresses: ["10.0.1.5"], routes: [{ destination: "default", gateway: "a" }] } },
      links: [{ between: ["a"] }, 5, { between: ["a", "a"] }],
    },
    [
      "hosts.a.routes[0].gateway: is the host itself",
      "links[2].between[1]: is the other end's own name: a cable joins two",
    ],
  ],
  [
    "a word that there is not, in the place of one on which something hangs",
    {
      hosts: { r: { forwrding: true, nat: "home", gateway: "x" } },
      switches: { s: { hsts: ["r"], vlans: { 5000: { hosts: ["y"] } } } },
      links: [{ between: ["s", "s"] }],
    },
    ["links[0].between[1]: is the other end's own name: a cable joins two"],
  ],
];

describe("a description of a lab with words of a wrong form", () => {
  for (const [title, said, besides] of BESIDE) {
    it(`is told what is certain besides: ${title}`, () => {
      const { faults } = parse(description, said as Json);
      assert.ok(faults.length > 0);
      const wrong = faultsBeside(said as Json, faults).map(({ path, reason }) => `${pathText(path)}: ${reason}`);
      assert.deepEqual(wrong.sort(), [...besides].sort());
    });
  }

  it("is told nothing else where nothing else is wrong, whichever word it is", () => {
    fc.assert(
      fc.property(labDescriptions, fc.nat(), fc.boolean(), (right, at, isKey) => {
        const all = leaves(right);
        const { path = [] } = all[at % all.length] ?? {};
        const said = structuredClone(right) as unknown as Json;
        if (isKey) misname(said, path);
        else setAt(said, path, []);
        const { faults } = parse(description, said);
        assert.ok(faults.length > 0);
        assert.deepEqual(faultsBeside(said, faults), []);
      }),
      { numRuns: 200 },
    );
  });
});

function setAt(said: Json, path: Path, value: unknown): void {
  (getAt(said, path.slice(0, -1)) as Record<string | number, unknown>)[path.at(-1) ?? ""] = value;
}

/** The nearest name above a place gets one that cannot be. */
function misname(said: Json, path: Path): void {
  const end = path.findLastIndex((key) => typeof key === "string");
  const within = getAt(said, path.slice(0, end)) as Json;
  const { [path[end] ?? ""]: value } = within;
  delete within[path[end] ?? ""];
  within[`${path[end]} /`] = value;
}
