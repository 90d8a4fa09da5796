import { grouped } from "../../core/values";
import type { After } from "../frames/point";
import { type Wiring, wiringOf } from "../frames/wiring";
import type { Device, Graph, Host } from "../graph";
import { addressesOf, type Own } from "./addresses";
import { type Flood, Floods } from "./flood";
import { MERGED, rulesOf, type Tables } from "./lookup";
import { type Ruleset, rulesetOf } from "./nft/ruleset";
import { type Entry, merged, routesOf } from "./routes";

/** What a host decides by, made ready once. */
export interface View extends Tables {
  /** What its firewalls mean, where that is known. */
  ruleset?: Ruleset | undefined;
  addresses: Own[];
  /** By the address alone. */
  owns: ReadonlyMap<string, Own[]>;
}

/** A graph as packets see it: what many of them ask for is found out once. */
export class World {
  readonly wiring: Wiring;
  /** Where the frames of a tunnel come out; the walk sets it, which it takes. */
  tunnels: (device: Device) => After = () => [];
  /** How often the ways of the packet that is under way have parted so far. */
  forks = 0;
  private readonly views = new Map<Host, View>();
  private readonly addressLists = new Map<Host, Own[]>();
  private readonly floods: Floods;
  private proxies: Host[] | undefined;
  private ownersOf: ReadonlyMap<string, Own[]> | undefined;

  constructor(readonly graph: Graph) {
    this.wiring = wiringOf(graph, (device) => this.tunnels(device));
    this.floods = new Floods(this.wiring);
  }

  view(host: Host): View {
    const known = this.views.get(host);
    if (known) return known;
    const addresses = this.addresses(host);
    const routes = routesOf(host, addresses);
    const view: View = {
      host,
      ruleset: rulesetOf(this.graph.rulesets?.get(host.name)),
      addresses,
      owns: grouped(addresses, ({ address }) => address),
      rules: { inet: rulesOf(host, "inet"), inet6: rulesOf(host, "inet6") },
      byTable: grouped<Entry, number>(routes, ({ table }) => table).set(MERGED, merged(routes)),
    };
    this.views.set(host, view);
    return view;
  }

  private addresses(host: Host): Own[] {
    const known = this.addressLists.get(host) ?? addressesOf(host, this.wiring);
    this.addressLists.set(host, known);
    return known;
  }

  /** Where what a device sends to all gets. */
  flood(device: Device): Flood {
    return this.floods.of(device);
  }

  /** The devices of all hosts that have an address, or may answer for others. */
  *mayAnswer(address: string): Generator<Device> {
    this.proxies ??= [...this.graph.hosts.values()].filter(mayProxy);
    const owners = new Set([...this.owners(address).map(({ device }) => device.host), ...this.proxies]);
    for (const { devices } of owners) yield* devices.values();
  }

  /** All that have an address in the lab. */
  owners(address: string): readonly Own[] {
    this.ownersOf ??= grouped(
      [...this.graph.hosts.values()].flatMap((host) => this.addresses(host)),
      (own) => own.address,
    );
    return this.ownersOf.get(address) ?? [];
  }
}

/** Of somebody else's host it is not known; and who forwards could answer, if that were set. */
function mayProxy(host: Host): boolean {
  if (!host.by) return true;
  if ([...host.sysctls.keys()].some((key) => /forward|proxy/.test(key))) return true;
  return [...host.devices.values()].some(({ neighbors }) => neighbors.some(({ proxy }) => proxy !== false));
}
