import { Option } from "commander";
import { type Device, deviceLabel, type Host, isKnown } from "../../provider/model/graph";
import { labelOf } from "../../provider/model/resources";
import type { Maybe } from "../../provider/resources/facts";
import { EMPTY, readStack } from "../stack";
import { printJson, printTable, type Style, styled } from "../table";
import type { Verb } from "../verb";

type State = "UP" | "DOWN" | "NO-CARRIER";

const ORDER = new Intl.Collator("en", { numeric: true });
const HEAD = ["HOST", "DEVICE", "TYPE", "STATE", "MTU", "ADDRESSES", "LEADS TO"];
const STYLES: Readonly<Record<State, Style>> = { UP: "green", DOWN: "red", "NO-CARRIER": "yellow" };

export const ls: Verb<{ json?: true }> = {
  name: "ls",
  summary: "list hosts and their devices: up or not, addresses, where they lead",
  description:
    "List hosts and their devices, as the stack's state has them since the last `pulumi up` or `pulumi " +
    "refresh`. It needs no special rights. On a terminal it prints a table, otherwise a line for each device, with tabs.",
  options: [new Option("--json", "everything as JSON")],
  examples: [
    ["netns ls", "the whole lab"],
    ["netns ls | grep '^h1\\t'", "one host"],
    ["netns ls --json | jq -r '.[].name'", "the names of the hosts"],
  ],
  async run({ options, at }) {
    const { graph } = await readStack(at);
    const hosts = byName(graph.hosts);
    if (hosts.length === 0) process.stderr.write(`netns: ${EMPTY.said}: ${EMPTY.todo}\n`);
    if (options.json) printJson(hosts.map(hostJson));
    else printTable(HEAD, hosts.flatMap(rowsOf));
    return 0;
  },
};

function rowsOf(host: Host): string[][] {
  const shown = byName(host.devices).filter((device) => !goesWithoutSaying(device));
  const rows = shown.map((device) => {
    const state = stateOf(device);
    const addresses = device.addresses.map(({ address }) => text(address));
    const mtu = device.mtu === undefined ? "" : text(device.mtu);
    return [
      device.name,
      device.link?.type ?? "",
      state ? styled(STYLES[state], state) : "",
      mtu,
      addresses.join(" "),
      leadsTo(device),
    ];
  });
  return (rows.length > 0 ? rows : [[]]).map((row) => [host.name || "-", ...row]);
}

/** The engine's order is that in which things got ready. Here h2 comes before h10. */
function byName<T extends { name: string }>(all: ReadonlyMap<string, T>): T[] {
  return [...all.values()].sort((a, b) => ORDER.compare(a.name, b.name));
}

/** Every host has a `lo`. */
function goesWithoutSaying({ name, up, addresses }: Device): boolean {
  return name === "lo" && up !== false && addresses.length === 0;
}

/** In the words of `ip link`. Undefined where it is not known. */
function stateOf({ up, peer }: Device): State | undefined {
  if (!isKnown(up)) return undefined;
  if (!up) return "DOWN";
  return peer?.up === false ? "NO-CARRIER" : "UP";
}

function leadsTo({ peer, bridge, parent }: Device): string {
  return [
    ...(peer ? [deviceLabel(peer)] : []),
    ...(bridge ? [`port of ${bridge.name}`] : []),
    ...(parent ? [`on ${parent.name}`] : []),
  ].join(", ");
}

/** What the state has and is not known here, is secret. */
function text(value: Maybe<string | number> | undefined): string {
  return isKnown(value) ? String(value) : "[secret]";
}

function hostJson({ name, by, devices }: Host) {
  return { name, resource: by ? labelOf(by) : null, devices: byName(devices).map(deviceJson) };
}

/** What is not known, or is secret, is null. */
function deviceJson(device: Device) {
  const { name, by, link, up, mac, mtu, addresses, peer, bridge, parent } = device;
  return {
    name,
    resource: by ? labelOf(by) : null,
    type: link?.type ?? null,
    state: stateOf(device) ?? null,
    up: known(up),
    mac: known(mac),
    mtu: known(mtu),
    addresses: addresses.map(({ address }) => known(address)),
    peer: peer ? { host: peer.host.name, device: peer.name } : null,
    bridge: bridge?.name ?? null,
    parent: parent?.name ?? null,
  };
}

function known<T>(value: Maybe<T> | undefined): T | null {
  return isKnown(value) ? value : null;
}
