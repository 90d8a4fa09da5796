import { address, address6 } from "./address";
import { linkSettings } from "./linkSettings";
import { namespace } from "./namespace";
import { neighbor } from "./neighbor";
import { byGateway, nowhere, ways6 } from "./route";
import { rule } from "./rule";
import type { Specimen } from "./specimen";
import { sysctl } from "./sysctl";
import { vethPair } from "./vethPair";

/** A row, or a few, for each kind: it is then in every case. */
export const specimens: readonly Specimen[] = [
  ...[namespace, vethPair, address, address6, sysctl],
  ...[linkSettings, neighbor, nowhere, byGateway, ways6, rule],
];
