import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { components } from "../../provider/components";
import { parseUrn } from "../../provider/core/urn";
import { NetnsError } from "../../provider/errors";
import { netnsPath } from "../../provider/kernel/netnsPath";
import { type Device, deviceAt, deviceLabel, devicesOf, type Graph } from "../../provider/model/graph";
import { labelOf } from "../../provider/model/resources";
import { checkedConfig } from "../../provider/place/checkedConfig";
import { findHost } from "../hosts";
import { wayInto } from "../lab";
import { readStack, type Stack, type StackPlace } from "../stack";
import type { Way } from "../way";
import type { End } from "./tcpdump";

/** A device to listen on, or all of a host that are up. */
interface Place {
  namespace: string;
  device?: string;
}

const execute = promisify(execFile);

const COMPONENTS = components.map(({ type }) => `netns:index:${type}`);

/**
 * The ends that the words of a command line name, as far as they name something; the words behind are a filter. Who quotes
 * a filter with a space in it has it taken for nothing else.
 */
export async function findEnds(words: readonly string[], at: StackPlace): Promise<{ ends: End[]; filter: string }> {
  const { stack, error } = await stackOrError(at);
  const found = words.map((word) => placesOf(word, stack));
  const length = found.indexOf(undefined);
  const named = length < 0 ? found : found.slice(0, length);
  if (named.length === 0) throw error ?? nothing(words[0] ?? "");
  const places = named.flatMap((each) => each ?? []);
  const ends = await Promise.all(places.map((place) => endsAt(place, stack)));
  return { ends: distinct(ends.flat()), filter: words.slice(named.length).join(" ") };
}

/** All that can be named: cables and bridges, devices, hosts. */
export function namesOfEnds(graph: Graph): string[] {
  const devices = devicesOf(graph).flatMap(({ by, ...device }) => [
    ...(by?.path.length === 0 ? [by.name] : []),
    deviceLabel(device),
  ]);
  const hosts = [...graph.hosts.keys()].filter((name) => name !== "");
  return [...new Set([...devices, ...hosts])];
}

/** Without a stack, there is still what goes by HOST/DEVICE. */
async function stackOrError(at: StackPlace): Promise<{ stack?: Stack; error?: unknown }> {
  try {
    return { stack: await readStack(at) };
  } catch (error) {
    return { error };
  }
}

async function endsAt({ namespace, device }: Place, stack: Stack | undefined): Promise<End[]> {
  const host = stack?.graph.hosts.get(namespace);
  const config = host && stack ? stack.configOf(host) : checkedConfig({}, process.env);
  const way = await wayInto(config, namespace);
  const devices = device === undefined ? await devicesUp(namespace, way) : [device];
  return devices.map((name) => {
    const label = namespace === "" ? name : `${namespace}/${name}`;
    return { label, host: namespace, device: name, way };
  });
}

/** Each device with its flags of netdevice(7). */
const FLAGS = 'cd /sys/class/net; for device in *; do read -r flags <"$device/flags" && echo "$device $flags"; done';
const IFF_UP = 1;

async function devicesUp(host: string, way: Way): Promise<string[]> {
  const [file = "", ...args] = way.words(["sh", "-c", FLAGS]);
  const { stdout } = await execute(file, args).catch((error: Error & { stderr?: string }) => {
    throw new NetnsError({
      kind: "kernel",
      tried: `could not look at the devices of ${host}`,
      said: error.stderr?.trim(),
    });
  });
  const rows = stdout
    .trimEnd()
    .split("\n")
    .map((row) => row.split(" "));
  const names = rows.flatMap(([name = "", flags]) => (Number(flags) & IFF_UP ? [name] : []));
  if (names.length === 0) throw new NetnsError({ kind: "user", tried: `no device of ${host} is up` });
  return names;
}

/** A cable goes before a host of the same name, which is meant by a slash behind it. */
function placesOf(word: string, stack: Stack | undefined): Place[] | undefined {
  const graph = stack?.graph;
  const devices = stack ? partsNamed(stack, word).flatMap((name) => devicesNamed(stack.graph, name)) : [];
  if (devices.length > 0) return devices.map(placeOf);
  const host = graph && findHost(graph, word.replace(/\/$/, ""));
  return host ? [{ namespace: host.name }] : byPath(word, graph);
}

/** Of a component, such as a VxlanLink, the names of what it is made of. */
function partsNamed({ written }: Stack, word: string): string[] {
  const components = written.filter(({ urn, type }) => parseUrn(urn).name === word && COMPONENTS.includes(type));
  const parts = written.filter(({ parent }) => components.some(({ urn }) => urn === parent));
  return [word, ...parts.map(({ urn }) => parseUrn(urn).name).sort()];
}

/** What a resource of that name makes: both ends of a cable in their order, a bridge. */
function devicesNamed(graph: Graph, word: string): Device[] {
  return graph.resources
    .filter((resource) => labelOf(resource) === word)
    .flatMap(({ kind, values }) => kind.facts(values))
    .flatMap((fact) => (fact.says === "device" ? (deviceAt(graph, fact.device) ?? []) : []))
    .flatMap((device) =>
      graph.ovsBridges.some((bridge) => bridge.device === device) ? portsOf(graph, device) : device,
    );
}

/** On a bridge of Linux, tcpdump sees all that goes through it; on one of Open vSwitch, only what is for its own device. */
function portsOf(graph: Graph, bridge: Device): Device[] {
  const ports = devicesOf(graph).filter((device) => device.bridge === bridge);
  return ports.length > 0 ? ports : [bridge];
}

/** `HOST/DEVICE`, whoever made them; a device alone is in the namespace that the provider runs in. */
function byPath(word: string, graph: Graph | undefined): Place[] | undefined {
  const slash = word.lastIndexOf("/");
  const [before, device] = [word.slice(0, slash), word.slice(slash + 1)];
  if (device === "") return undefined;
  if (slash < 0) return graph && deviceAt(graph, { namespace: undefined, name: word }) && [{ namespace: "", device }];
  const host = graph && findHost(graph, before);
  if (host && host.name !== "") return [{ namespace: host.name, device }];
  return before !== "" && isThere(before) ? [{ namespace: before, device }] : undefined;
}

function isThere(namespace: string): boolean {
  return !/\s/.test(namespace) && existsSync(netnsPath(namespace));
}

function placeOf({ host, name }: Device): Place {
  return { namespace: host.name, device: name };
}

/** A host and one of its devices may both be named. */
function distinct(ends: readonly End[]): End[] {
  return [...new Map(ends.map((end) => [end.label, end])).values()];
}

function nothing(word: string): NetnsError {
  return new NetnsError({
    kind: "user",
    tried: `nothing in the lab is called ${word}`,
    todo: "Name a cable or a bridge by its resource, HOST/DEVICE, or a host; `netns ls` lists hosts and devices.",
  });
}
