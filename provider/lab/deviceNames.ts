import type { Fault } from "../core/check";
import type { Path } from "../core/values";
import { fitted, splitEnd } from "./names";
import type { End, VlanDevice } from "./plan";
import type { SwitchDescription } from "./switchFields";

type Named = Omit<End, "isUp">;

/** The names of devices: each is called as what it leads to, so that no other cable changes it. */
export class DeviceNames {
  readonly faults: Fault[] = [];
  private readonly taken = new Set<string>();
  private readonly cables = new Map<string, number>();

  constructor(
    private readonly switches: ReadonlyMap<string, SwitchDescription>,
    private readonly prefix: string,
  ) {
    for (const name of switches.keys()) {
      const { namespace, bridge } = this.bridgeOf(name);
      this.taken.add(place(namespace, bridge));
    }
  }

  /** A bridge of Linux has a namespace of its own; those of Open vSwitch are where ovs-vswitchd is. */
  bridgeOf(name: string): { namespace: string | undefined; bridge: string } {
    const isOvs = this.switches.get(name)?.openvswitch;
    const namespace = isOvs ? undefined : `${this.prefix}${name}`;
    return { namespace, bridge: fitted(isOvs ? `${this.prefix}${name}` : name) };
  }

  endsOf(ends: readonly [string, string], paths: readonly [Path, Path]): [Named, Named] {
    const [a, b] = [splitEnd(ends[0]), splitEnd(ends[1])];
    const pair = [a.node, b.node].sort().join(":");
    const count = (this.cables.get(pair) ?? 0) + 1;
    this.cables.set(pair, count);
    return [this.end(a, b.node, count, paths[0]), this.end(b, a.node, count, paths[1])];
  }

  /** As what a host has the frames with a tag that come by a device. */
  vlanOn({ namespace, device }: Named, vid: number, path: Path): VlanDevice {
    const name = fitted(`${device}.${vid}`);
    this.take(namespace, name, path);
    return { namespace, name, parent: device, vid };
  }

  private take(namespace: string | undefined, device: string, path: Path): void {
    const at = place(namespace, device);
    if (this.taken.has(at))
      this.faults.push({
        path,
        reason: "has a device of the same name as another one there: say a name by hand, `NAME:DEVICE`",
      });
    this.taken.add(at);
  }

  private end({ node, device }: ReturnType<typeof splitEnd>, other: string, count: number, path: Path): Named {
    const of = this.switches.get(node);
    const leadsTo = count === 1 ? other : `${other}_${count}`;
    const usual = of?.openvswitch ? `${this.prefix}${node}-${leadsTo}` : leadsTo;
    const namespace = of ? this.bridgeOf(node).namespace : `${this.prefix}${node}`;
    const name = device ?? fitted(usual);
    this.take(namespace, name, path);
    return { node, namespace, device: name, ...(of && { of }) };
  }
}

function place(namespace: string | undefined, device: string): string {
  return `${namespace ?? ""}/${device}`;
}
