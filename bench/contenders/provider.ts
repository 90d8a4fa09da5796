import { mustBeUp } from "../mustBeUp";
import { Alone } from "./alone";
import type { Contender } from "./contender";
import { topologyVersion } from "./ours";

/** The plugin without engine and program: the time of its answers alone. */
export const provider: Contender = {
  id: "provider",
  title: "Topology, provider alone",
  prepare: topologyVersion,
  async round(host, { shape: { inputs, hand }, n }, limitMs) {
    const alone = new Alone(host, limitMs);
    const up = async (isEdited = false) => {
      const lists = inputs(n, isEdited);
      const isChanged = await alone.up(lists);
      await mustBeUp(host, lists);
      return { ...alone.take(), isChanged };
    };
    const made = await up();
    const same = await up();
    if (same.isChanged) throw new Error("a second up of the same program has changed something");
    const changed = await up(true);
    await host.run(["sh", "-c", hand(n)]);
    const repaired = await up(true);
    await alone.destroy();
    const times = { noChange: same.all, oneChange: changed.all, oneRepair: repaired.all };
    return { up: made.all, down: alone.take().all, ...times, check: made.check ?? 0, peakMiB: alone.peakMiB };
  },
};
