import type { Shape } from "../shapes/shape";
import { star } from "../shapes/star";
import type { Contender } from "./contender";
import { singleFloor, singleInEngine, topologyFloor, topologyInEngine } from "./ours";
import { command, dynamic } from "./peers";
import { provider } from "./provider";
import { mininet, pyroute2 } from "./python";
import { ipLines, script } from "./scripts";

/** In the order of their turns: next to each other those that are compared most closely. */
const always: readonly Contender[] = [script, provider, topologyInEngine, topologyFloor];
/** Those that have been taught one shape alone. */
const onlyStar: readonly Contender[] = [singleInEngine, singleFloor, ipLines, pyroute2, mininet, command, dynamic];

export function contendersFor(shape: Shape): readonly Contender[] {
  return shape === star ? [...always, ...onlyStar] : always;
}
