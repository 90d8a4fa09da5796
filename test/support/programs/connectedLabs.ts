import fc, { type GeneratorValue } from "fast-check";
import type { Json } from "../../../provider/core/values";
import { hasMacvlan, hasNft, hasVlanFiltering, hasVxlan } from "../suites/kernelOptions";
import { has } from "../suites/needs";
import { mutate, wall } from "./labFaults";
import { ovsNetwork } from "./ovsNetwork";

/** The inputs of a Topology whose hosts are joined by cables, bridges and tunnels, mostly in a way that works. */
export interface ConnectedLab {
  hosts: string[];
  lists: Record<string, Json[]>;
  /** Ways to ask for beside those between hosts as such. */
  more: { from: string; to: string; by?: string }[];
}

const CAN = {
  vlanFiltering: hasVlanFiltering,
  vxlan: hasVxlan,
  macvlan: hasMacvlan,
  ovs: has("ovs-vswitchd") && has("ethtool"),
};

/** Where a host is on a network. */
export interface Seat {
  host: string;
  device: string;
  net: number;
  v4: string;
  v6: string;
}

/** Random choices. */
export class Dice {
  constructor(private readonly generate: GeneratorValue) {}

  one<T>(...values: readonly T[]): T {
    return this.generate(fc.constantFrom, ...(values as T[])) as T;
  }

  number(least: number, most: number): number {
    return this.generate(fc.integer, { min: least, max: most });
  }

  /** So often of a hundred. */
  chance(percent: number): boolean {
    return this.number(0, 99) < percent;
  }
}

export const connectedLabs: fc.Arbitrary<ConnectedLab> = fc.noBias(
  fc.gen().map((generate) => build(new Dice(generate))),
);

function build(dice: Dice): ConnectedLab {
  const hosts = Array.from({ length: dice.number(2, 5) }, (_, index) => `h${index}`);
  const lab = new Builder(dice, hosts);
  const nets = dice.number(1, Math.min(3, hosts.length));
  for (let net = 1; net <= nets; net++) lab.network(net);
  lab.route();
  for (let count = dice.one(0, 1, 2, 3, 4, 6); count > 0; count--) mutate(dice, lab);
  if (hasNft && dice.chance(30)) for (let count = dice.number(1, 3); count > 0; count--) wall(dice, lab, count);
  const more = Array.from({ length: 6 }, () => {
    const [near, far] = [dice.one(...lab.seats), dice.one(...lab.seats)];
    const by = dice.one(undefined, near.device, near.v4);
    return { from: near.host, to: by === near.v4 || dice.chance(60) ? far.v4 : far.v6, ...(by && { by }) };
  });
  return { hosts, lists: lab.lists, more };
}

/** What a fault can be in. */
export class Builder {
  readonly lists: Record<string, Json[]> = {};
  readonly seats: Seat[] = [];
  private devices = 0;
  private switches = 0;

  constructor(
    private readonly dice: Dice,
    readonly hosts: string[],
  ) {
    for (const name of hosts) this.add("namespaces", { name });
  }

  add(list: string, one: Json): void {
    const all = this.lists[list] ?? [];
    this.lists[list] = all;
    all.push(one);
  }

  list(name: string): Json[] {
    return this.lists[name] ?? [];
  }

  /** Hosts that share a network; each one but the first has some with those before. */
  network(net: number): void {
    const { dice, hosts } = this;
    const seated = hosts.filter((host) => this.seats.some((seat) => seat.host === host));
    const free = hosts.filter((host) => !seated.includes(host));
    const joint = seated.length > 0 ? [dice.one(...seated)] : [];
    const isLast = net >= 3 || hosts.length - seated.length <= 1;
    const members = [...joint, ...(isLast ? free : free.slice(0, Math.max(2 - joint.length, dice.number(1, 3))))];
    if (members.length < 2 && seated.length > 1)
      members.push(dice.one(...seated.filter((one) => !members.includes(one))));
    if (members.length < 2) return;
    if (members.length === 2 && dice.chance(40)) this.cable(net, members);
    else if (members.length === 2 && this.seats.length > 0 && CAN.vxlan && dice.chance(25)) this.tunnel(net, members);
    else if (CAN.ovs && dice.chance(25)) ovsNetwork(dice, this, net, members);
    else this.bridge(net, members);
  }

  private cable(net: number, [one = "", other = ""]: string[]): void {
    const [a, b] = [this.device(), this.device()];
    this.add("vethPairs", { a: this.end(one, a), b: this.end(other, b) });
    this.seat(net, one, this.over(one, a));
    this.seat(net, other, this.over(other, b));
  }

  /** A switch of its own, or within the first of them, which then is on it by the bridge's device. */
  private bridge(net: number, members: string[]): void {
    const { dice } = this;
    const isInHost = dice.chance(35);
    const [first = ""] = members;
    const at = isInHost ? first : `sw${this.switches++}`;
    if (!isInHost) this.add("namespaces", { name: at });
    const name = `br${net}`;
    const vlanFiltering = CAN.vlanFiltering && dice.chance(35);
    this.add("bridges", { namespace: at, name, mac: this.mac(), ...(vlanFiltering && { vlanFiltering }) });
    if (isInHost) this.seat(net, first, name);
    for (const host of isInHost ? members.slice(1) : members) {
      const [own, port] = [this.device(), this.device()];
      this.add("vethPairs", { a: this.end(host, own), b: this.end(at, port) });
      this.add("bridgePorts", { namespace: at, bridge: name, device: port });
      this.seat(net, host, this.over(host, own));
    }
  }

  private tunnel(net: number, [one = "", other = ""]: string[]): void {
    const remoteOf = (host: string) => this.seats.find((seat) => seat.host === host);
    const [near, far] = [remoteOf(one), remoteOf(other)];
    if (!near || !far) {
      this.cable(net, [one, other]);
      return;
    }
    const name = `vx${net}`;
    const [vni, port] = [40 + net, 4789];
    this.add("vxlans", { namespace: one, name, vni, port, remote: far.v4, mac: this.mac(), mtu: 1450 });
    this.add("vxlans", { namespace: other, name, vni, port, remote: near.v4, mac: this.mac(), mtu: 1450 });
    this.seat(net, one, name);
    this.seat(net, other, name);
  }

  /** Now and then a macvlan on the device has the address. */
  over(host: string, device: string): string {
    if (!CAN.macvlan || !this.dice.chance(10)) return device;
    const name = this.device().replace("e", "m");
    this.add("macvlans", {
      namespace: host,
      name,
      parent: device,
      mode: this.dice.one("bridge", "private", "vepa"),
      mac: this.mac(),
    });
    return name;
  }

  seat(net: number, host: string, device: string): void {
    const number = this.seats.filter((seat) => seat.net === net).length + 1;
    const seat = { net, host, device, v4: `10.0.${net}.${number}`, v6: `2001:db8:0:${net}::${number}` };
    this.seats.push(seat);
    this.add("addresses", { namespace: host, device, address: `${seat.v4}/24` });
    if (this.dice.chance(80)) this.add("addresses", { namespace: host, device, address: `${seat.v6}/64`, noDad: true });
  }

  /** Who is on two networks passes on between them, and the others send it what they know no way for. */
  route(): void {
    const { dice, seats, hosts } = this;
    const seatsOf = (host: string) => seats.filter((seat) => seat.host === host);
    const routers = hosts.filter((host) => seatsOf(host).length > 1);
    for (const host of routers) {
      if (dice.chance(90)) this.add("sysctls", { namespace: host, key: "net.ipv4.ip_forward", value: "1" });
      if (dice.chance(90)) this.add("sysctls", { namespace: host, key: "net.ipv6.conf.all.forwarding", value: "1" });
    }
    for (const host of hosts) {
      const own = seatsOf(host);
      for (const net of new Set(seats.map((seat) => seat.net))) {
        if (own.some((seat) => seat.net === net) || !dice.chance(90)) continue;
        const next = this.nextTo(host, net);
        if (!next) continue;
        const [v4, v6] = [`10.0.${net}.0/24`, `2001:db8:0:${net}::/64`];
        this.add("routes", { namespace: host, destination: v4, gateway: next.v4 });
        const has6 = this.has(own.find((seat) => seat.net === next.net)?.v6) && this.has(next.v6);
        if (has6) this.add("routes", { namespace: host, destination: v6, gateway: next.v6 });
      }
    }
  }

  has(address: string | undefined): boolean {
    return this.list("addresses").some((one) => String(one.address).split("/")[0] === address);
  }

  /** The seat of the neighbour that is nearest to a network. */
  private nextTo(host: string, net: number): Seat | undefined {
    const { seats } = this;
    const distance = new Map(seats.filter((seat) => seat.net === net).map((seat) => [seat.host, 0]));
    for (let round = 0; round < seats.length; round++) {
      for (const seat of seats) {
        const near = seats.filter((one) => one.net === seat.net && distance.has(one.host));
        const least = Math.min(...near.map((one) => (distance.get(one.host) ?? 0) + 1));
        if (!distance.has(seat.host) && Number.isFinite(least)) distance.set(seat.host, least);
      }
    }
    const mine = new Set(seats.filter((seat) => seat.host === host).map((seat) => seat.net));
    const around = seats.filter((seat) => seat.host !== host && mine.has(seat.net) && distance.has(seat.host));
    return around.sort((a, b) => (distance.get(a.host) ?? 0) - (distance.get(b.host) ?? 0))[0];
  }

  device(): string {
    return `e${this.devices++}`;
  }

  mac(): string {
    return `02:00:00:00:01:${(this.devices++).toString(16).padStart(2, "0")}`;
  }

  end(namespace: string, name: string): Json {
    return { namespace, name, mac: this.mac() };
  }
}
