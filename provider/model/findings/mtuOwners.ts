import type { Device } from "../graph";
import type { Resource } from "../resources";

/** The resources that say the MTU of a device. */
export function saysMtu({ by, settings }: Device): Resource[] {
  const set = settings.filter(({ mtu }) => mtu !== undefined).map((one) => one.by);
  return set.length > 0 || !by ? set : [by];
}
