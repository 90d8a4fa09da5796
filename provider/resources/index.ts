import { address } from "./address";
import type { Kind } from "./kind";
import { linkSettings } from "./linkSettings";
import { namespace } from "./namespace";
import { neighbor } from "./neighbor";
import { route } from "./route";
import { rule } from "./rule";
import { sysctl } from "./sysctl";
import { vethPair } from "./vethPair";

/** Every kind of resource that the provider has. */
export const kinds: readonly Kind[] = [namespace, vethPair, address, sysctl, linkSettings, neighbor, route, rule];
