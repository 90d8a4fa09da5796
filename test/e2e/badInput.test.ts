import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { CheckRequest, type CheckResponse } from "@pulumi/pulumi/proto/provider_pb";
import { encode } from "../../provider/server/property";
import { makeProject, remove } from "../support/engine/project";
import { type Outcome, Stack } from "../support/engine/pulumi";
import { LabHost } from "../support/labHost/labHost";
import { type Snapshot, snapshot } from "../support/labHost/snapshot";
import { PluginProcess } from "../support/provider/pluginProcess";
import { failureText, urn } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";
import { wrongAddresses } from "./wrong/address";
import { wrongBridges } from "./wrong/bridge";
import { wrongBridgePorts } from "./wrong/bridgePort";
import {
  wrongBondPorts,
  wrongBonds,
  wrongDummies,
  wrongIpvlans,
  wrongMacvlans,
  wrongVlans,
  wrongVrfPorts,
  wrongVrfs,
  wrongVxlans,
} from "./wrong/devices";
import { wrongFirewalls } from "./wrong/firewall";
import { wrongLinkSettings } from "./wrong/linkSettings";
import { wrongNamespaces } from "./wrong/namespace";
import { wrongNeighbors } from "./wrong/neighbor";
import { wrongOvsBridges, wrongOvsPorts } from "./wrong/ovs";
import { wrongProcesses } from "./wrong/process";
import { PROGRAM, type WrongProgram } from "./wrong/program";
import { wrongConfigs, wrongProviders } from "./wrong/provider";
import { wrongQdiscs } from "./wrong/qdisc";
import { wrongReachabilities } from "./wrong/reachability";
import { wrongRoutes } from "./wrong/route";
import { wrongRules } from "./wrong/rule";
import { wrongSysctls } from "./wrong/sysctl";
import { wrongTaps } from "./wrong/tap";
import { wrongGeneves, wrongTunnels } from "./wrong/tunnels";
import { wrongNetkits, wrongVethPairs } from "./wrong/vethPair";

const TABLES: { of: string; type: string; programs: WrongProgram[] }[] = [
  { of: "a Namespace", type: "Namespace", programs: wrongNamespaces },
  { of: "a VethPair", type: "VethPair", programs: wrongVethPairs },
  { of: "a Netkit", type: "Netkit", programs: wrongNetkits },
  { of: "a Bridge", type: "Bridge", programs: wrongBridges },
  { of: "a BridgePort", type: "BridgePort", programs: wrongBridgePorts },
  { of: "a Dummy", type: "Dummy", programs: wrongDummies },
  { of: "a Macvlan", type: "Macvlan", programs: wrongMacvlans },
  { of: "a Bond", type: "Bond", programs: wrongBonds },
  { of: "a BondPort", type: "BondPort", programs: wrongBondPorts },
  { of: "a Vrf", type: "Vrf", programs: wrongVrfs },
  { of: "a VrfPort", type: "VrfPort", programs: wrongVrfPorts },
  { of: "an Ipvlan", type: "Ipvlan", programs: wrongIpvlans },
  { of: "a Vlan", type: "Vlan", programs: wrongVlans },
  { of: "a Tunnel", type: "Tunnel", programs: wrongTunnels },
  { of: "a Geneve", type: "Geneve", programs: wrongGeneves },
  { of: "a Vxlan", type: "Vxlan", programs: wrongVxlans },
  { of: "a Tap", type: "Tap", programs: wrongTaps },
  { of: "an OvsBridge", type: "OvsBridge", programs: wrongOvsBridges },
  { of: "an OvsPort", type: "OvsPort", programs: wrongOvsPorts },
  { of: "an Address", type: "Address", programs: wrongAddresses },
  { of: "a Sysctl", type: "Sysctl", programs: wrongSysctls },
  { of: "LinkSettings", type: "LinkSettings", programs: wrongLinkSettings },
  { of: "a Neighbor", type: "Neighbor", programs: wrongNeighbors },
  { of: "a Route", type: "Route", programs: wrongRoutes },
  { of: "a Rule", type: "Rule", programs: wrongRules },
  { of: "a Qdisc", type: "Qdisc", programs: wrongQdiscs },
  { of: "a Firewall", type: "Firewall", programs: wrongFirewalls },
  { of: "a Process", type: "Process", programs: wrongProcesses },
  { of: "a Reachability", type: "Reachability", programs: wrongReachabilities },
  { of: "a Provider", type: "Provider", programs: wrongProviders },
  { of: "the configuration", type: "Namespace", programs: wrongConfigs },
];

/** Each preview spends much of its time waiting: a few of them at once fill the processors. */
const AT_ONCE = 4;

/** What is secret, and what is configuration, only the engine tells as a user sees it; of the rest, the first of each kind. */
function needsEngine({ type, program }: Row, index: number, rows: readonly Row[]): boolean {
  const isFirst = rows[index - 1]?.type !== type;
  return isFirst || type === "Provider" || program.config !== undefined || program.hidden !== undefined;
}

interface Row {
  type: string;
  program: WrongProgram;
}

/** What is told of a program; the outcome of the preview, where an engine ran. */
interface Told {
  faults: string[];
  preview?: Outcome;
}

describe("a wrong program is refused by preview", function () {
  this.timeout(600_000);
  const told = new Map<WrongProgram, Told>();
  let host: LabHost;
  let empty: Snapshot;

  before("preview them all", async function () {
    needs("root", "nsenter", "ip", "pulumi").call(this);
    host = await LabHost.start();
    empty = await snapshot(host);
    const rows = TABLES.flatMap(({ type, programs }) => programs.map((program) => ({ type, program })));
    const todo = rows.filter(needsEngine);
    const plugin = await PluginProcess.behind(host.door);
    for (const { type, program } of rows.filter((row) => !todo.includes(row)))
      told.set(program, { faults: await checked(plugin, type, program) });
    await plugin.stop();
    await Promise.all(
      Array.from({ length: AT_ONCE }, () =>
        withDesk(host, async (fixture) => {
          for (let next = todo.shift(); next; next = todo.shift()) {
            const preview = await fixture.preview(next.type, next.program);
            told.set(next.program, { faults: faultsOf(preview), preview });
          }
        }),
      ),
    );
  });

  for (const { of, programs } of TABLES) {
    describe(`for ${of} with`, () => {
      for (const program of programs) {
        it(`${program.title}${program.hidden ? " [14]" : ""} [13]`, () => {
          const { faults, preview } = told.get(program) ?? assert.fail("It was not tried");
          assert.deepEqual(faults.sort(), [...program.faults].sort(), preview?.text);
          if (preview) assert.notEqual(preview.exitCode, 0);
          if (program.hidden) assert.ok(preview && !preview.text.includes(program.hidden), preview?.text);
        });
      }
    });
  }

  it("and nothing on the host is changed [13]", async () => {
    assert.deepEqual(await snapshot(host), empty);
  });

  after(() => host?.stop());
});

/** What the provider's Check says, which a preview shows as it is. */
async function checked(plugin: PluginProcess, type: string, { name = "it", props }: WrongProgram): Promise<string[]> {
  // As the program's SDK sends it: what is undefined is left out.
  const news = encode(JSON.parse(JSON.stringify(props)));
  const request = new CheckRequest().setUrn(urn(type, name)).setName(name).setNews(news);
  const answer = await plugin.call<CheckResponse>("check", request);
  return answer.getFailuresList().map(failureText);
}

interface Desk {
  preview(type: string, program: WrongProgram): Promise<Outcome>;
}

/** A project and a stack, used for one program after the other. */
async function withDesk(host: LabHost, work: (fixture: Desk) => Promise<void>): Promise<void> {
  const folder = await makeProject(PROGRAM);
  const stack = await Stack.open({ host, folder });
  await work({
    async preview(type, { name = "it", props, config = {} }) {
      await writeFile(path.join(folder, "case.json"), JSON.stringify({ type, name, props }));
      for (const [key, value] of Object.entries(config)) await stack.config(key, value);
      const outcome = await stack.preview();
      for (const key of Object.keys(config)) await stack.unset(key);
      return outcome;
    },
  });
  await stack.close();
  await remove(folder);
}

/** What the engine says of each fault, as `path: reason`. It names a property by itself unless that is nested or secret. */
function faultsOf({ diagnostics }: Outcome): string[] {
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => {
      const [, property, reason] = /(?:property (.+?) value \{.*\})? has a problem: (.*)\n$/s.exec(message) ?? [];
      if (reason === undefined) return message;
      return property === undefined ? reason : `${property}: ${reason}`;
    });
}
