import { asTopology } from "./asTopology";
import { programSequences } from "./blueprint";

/** Random programs as one Topology each, which follow each other; those that Check refuses are left out. */
export const topologyPrograms = (lengths: { minLength: number; maxLength: number }) =>
  programSequences({ ...lengths, areWhole: true }).map((programs) =>
    programs.flatMap((program) => asTopology(program) ?? []).map((one) => [one]),
  );
