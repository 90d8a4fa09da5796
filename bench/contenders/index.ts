import type { Contender } from "./contender";
import { singleFloor, singleInEngine, topologyFloor, topologyInEngine } from "./ours";
import { command, dynamic } from "./peers";
import { provider } from "./provider";
import { mininet, pyroute2 } from "./python";
import { ipBatch, ipLines } from "./scripts";

/** In the order of their turns: next to each other those that are compared most closely. */
export const contenders: readonly Contender[] = [
  ipBatch,
  provider,
  topologyInEngine,
  topologyFloor,
  singleInEngine,
  singleFloor,
  ipLines,
  pyroute2,
  mininet,
  command,
  dynamic,
];
