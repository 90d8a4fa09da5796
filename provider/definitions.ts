import { kinds } from "./resources";
import type { Definition } from "./resources/kind";
import { topologyOf } from "./topology/topology";

/** All that the provider has: a resource for each kind, and one for many things of all kinds. */
export const definitions: readonly Definition[] = [...kinds, topologyOf(kinds)];
