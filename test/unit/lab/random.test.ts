import assert from "node:assert/strict";
import fc from "fast-check";
import type { Json } from "../../../provider/core/values";
import type { Lab } from "../../../provider/lab/lab";
import { findingsOf } from "../../../provider/model/findings";
import { reach } from "../../../provider/model/reach/reach";
import { changesIn, hasJoinedSwitches, isOf } from "../../support/inputs/labChanges";
import { labDescriptions, type Said } from "../../support/inputs/labDescriptions";
import { checkedLab, topology } from "../../support/inputs/topologyInputs";
import { graphOfLab } from "../../support/model/modelOf";
import { labOf } from "./labOf";

const RUNS = { numRuns: 200 };
/** Of what takes the model a while. */
const FEWER = { numRuns: 60 };

/** All elements as texts, each with its list. */
function elements({ topology }: Lab): Set<string> {
  const all = Object.entries(topology).flatMap(([list, those]) => those.map((one) => `${list} ${JSON.stringify(one)}`));
  return new Set(all);
}

/** What is in one and not in the other, and does not name any of these hosts. */
function changedBeside(before: Lab, after: Lab, ...hosts: string[]): string[] {
  const [one, other] = [elements(before), elements(after)];
  const changed = [...[...one].filter((text) => !other.has(text)), ...[...other].filter((text) => !one.has(text))];
  return changed.filter((text) => !isOf(text, hosts));
}

describe("random labs", () => {
  it("are of elements that Topology takes, with no finding of an error", () => {
    fc.assert(
      fc.property(labDescriptions, (said) => {
        const inputs = checkedLab(labOf(said).topology);
        assert.deepEqual(topology.crossCheck?.(inputs), []);
        const found = findingsOf(graphOfLab(inputs)).filter(({ level }) => level === "error");
        assert.deepEqual(
          found.map(({ code, what }) => [code, what]),
          [],
        );
      }),
      FEWER,
    );
  });

  it("have hosts that reach each other wherever there are routers between them", () => {
    fc.assert(
      fc.property(labDescriptions, (said) => {
        const lab = labOf(said);
        const graph = graphOfLab(checkedLab(lab.topology));
        for (const [from, to, address] of joined(said, lab)) {
          const { reaches, stop } = reach(graph, from, address, { target: to });
          assert.deepEqual([from, to, address, reaches, stop?.why], [from, to, address, true, undefined]);
        }
      }),
      FEWER,
    );
  });

  it("keep all but ends of cables when a cable or a host is down, and all names and addresses", () => {
    fc.assert(
      fc.property(labDescriptions, fc.nat(), (said, at) => {
        const before = labOf(said);
        const names = Object.keys(before.hosts);
        const name = names[at % names.length] ?? "";
        const hosts = { ...said.hosts, [name]: { ...said.hosts[name], up: false } };
        const links = said.links.map((one, index) => (index === at % said.links.length ? { ...one, up: false } : one));
        const after = labOf({ ...said, hosts, links });
        assert.deepEqual(
          changedBeside(before, after).filter((text) => !text.startsWith("vethPairs ")),
          [],
        );
        assert.deepEqual([after.hosts, after.networks], [before.hosts, before.networks]);
        const down = (lab: Lab) =>
          lab.topology.vethPairs.flatMap(({ a, b }) => [a, b] as Json[]).filter(({ up }) => up === false);
        const own = down(after).filter(({ namespace }) => namespace === name);
        assert.ok(own.length >= (before.hosts[name]?.devices.filter((one) => one.name !== "lo").length ?? 0));
        assert.equal(down(before).length, 0);
      }),
      FEWER,
    );
  });

  it("keep all else when a host is added at the end of a list", () => {
    fc.assert(
      fc.property(labDescriptions, (said) => {
        fc.pre(!hasJoinedSwitches(said));
        const [name = "", one] = Object.entries(said.switches)[0] ?? [];
        const more = {
          ...said,
          switches: { ...said.switches, [name]: { ...one, hosts: [...(one?.hosts ?? []), "new"] } },
        };
        assert.deepEqual(changedBeside(labOf(said), labOf(more), "new"), []);
      }),
      RUNS,
    );
  });

  it("keep all else when a host is added anywhere, removed or renamed, where no two names clash", () => {
    fc.assert(
      fc.property(labDescriptions, fc.nat(), (said, at) => {
        const changes = changesIn(said, labOf, at);
        fc.pre(changes.length > 0);
        const before = labOf(said);
        for (const { after, hosts } of changes) assert.deepEqual(changedBeside(before, labOf(after), ...hosts), []);
      }),
      RUNS,
    );
  });
});

/** Each host with each address of another one that some routers, or none, lead to. */
function* joined({ hosts: said }: Said, { hosts }: Lab): Generator<[string, string, string]> {
  const all = Object.entries(hosts);
  for (const family of ["ipv4", "ipv6"] as const) {
    const onIt = ({ devices }: Lab["hosts"][string]) =>
      devices.filter((one) => one[family] !== undefined).map(({ network }) => network);
    const groups = new Map<string, Set<string>>();
    const group = (network: string) => groups.get(network) ?? new Set([network]);
    for (const [name, host] of all) {
      if (!(said[name] as Json | undefined)?.forwarding) continue;
      const both = new Set(onIt(host).flatMap((network) => [...group(network)]));
      for (const network of both) groups.set(network, both);
    }
    for (const [from, one] of all) {
      const near = new Set(onIt(one).flatMap((network) => [...group(network)]));
      for (const [to, other] of all) {
        if (from === to) continue;
        for (const device of other.devices) {
          const address = device[family];
          if (address !== undefined && near.has(device.network)) yield [from, to, address];
        }
      }
    }
  }
}
