import { address, address6 } from "./address";
import { namespace } from "./namespace";
import type { Specimen } from "./specimen";
import { sysctl } from "./sysctl";
import { vethPair } from "./vethPair";

/** A row, or a few, for each kind: it is then in every case. */
export const specimens: readonly Specimen[] = [namespace, vethPair, address, address6, sysctl];
