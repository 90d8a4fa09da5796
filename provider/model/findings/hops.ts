import { hasUnknown } from "../../core/values";
import type { RouteFact } from "../../resources/facts";

export interface Hop {
  gateway?: string | undefined;
  device?: string | undefined;
}

/** Where a route leads, one hop or several; none while that is not known. */
export function hopsOf({ gateway, device, nexthops, type }: RouteFact): Hop[] {
  if (type !== "unicast" || hasUnknown([gateway, device, nexthops])) return [];
  if (nexthops !== undefined) return nexthops as Hop[];
  return [{ gateway: gateway as string | undefined, device: device as string | undefined }];
}
