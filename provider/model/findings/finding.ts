import { grouped } from "../../core/values";
import { Domains } from "../domains";
import { type Device, devicesOf, type Graph } from "../graph";
import { type Owned, ownedBy } from "../inet";
import type { Resource } from "../resources";

/** `error`: it will not work. `warning`: it works in part, or only by chance. */
type Level = "error" | "warning";

/** What is found in one place. */
export interface Found {
  /** What is to be looked at in the program, the one to change first. */
  resources: Resource[];
  /** What will happen. */
  what: string;
  /** What to do. */
  todo: string;
}

/** A sort of mistake. What it says is certain from the resources alone: nothing rests on what is not known yet. */
export interface Check {
  /** Short, and for good: programs and policies name it. */
  code: string;
  title: string;
  level: Level;
  find(lab: Lab): Found[];
}

/** What one of them has found. */
export interface Finding extends Found, Pick<Check, "code" | "title" | "level"> {}

/** What all checks look at, each part found out once. */
export class Lab {
  readonly devices: Device[];
  readonly domains: Domains;
  readonly addresses: ReadonlyMap<Device, Owned[]>;
  /** Who has an address, by its text without the prefix length. */
  readonly owners: ReadonlyMap<string, Owned[]>;

  constructor(readonly graph: Graph) {
    this.devices = devicesOf(graph);
    this.domains = new Domains(graph);
    this.addresses = new Map(this.devices.map((device) => [device, ownedBy(device)]));
    this.owners = grouped([...this.addresses.values()].flat(), ({ address }) => address);
  }

  addressesOf(device: Device): Owned[] {
    return this.addresses.get(device) ?? [];
  }
}

/** The first of a list, and how many more there are: a lab of a thousand hosts may have a mistake a thousand times. */
export function andMore(names: readonly string[]): string {
  const [first = "", second, ...more] = names;
  if (second === undefined) return first;
  return more.length === 0 ? `${first} and ${second}` : `${first}, ${second} and ${more.length} more`;
}
