import { address } from "./address";
import { bridge } from "./bridge";
import { bridgePort } from "./bridgePort";
import type { Kind } from "./kind";
import { namespace } from "./namespace";
import { sysctl } from "./sysctl";
import { vethPair } from "./vethPair";

/** Every kind of resource that the provider has, in the order in which one can need another. */
export const kinds: readonly Kind[] = [namespace, vethPair, bridge, bridgePort, address, sysctl];
