import { delNeighbor, listNeighbors, type Neighbor, NUD } from "../netlink/neighbor";
import type { Netlink } from "../netlink/netlink";

/**
 * What namespaces have learnt of their neighbours since this was begun. All namespaces of a host share one table of these,
 * with room for 1024 unless somebody has given it more (gc_thresh3), and what has come in the last seconds is not pushed
 * out: who speaks with many at once must forget, or nobody can be spoken with any more.
 */
export class LearntNeighbors {
  private constructor(
    private readonly netlink: Netlink,
    private readonly before: ReadonlyMap<string | undefined, ReadonlySet<string>>,
  ) {}

  static async since(netlink: Netlink, files: Iterable<string | undefined>): Promise<LearntNeighbors> {
    const before = new Map<string | undefined, ReadonlySet<string>>();
    for (const file of files) before.set(file, new Set((await listNeighbors(netlink, file, {})).map(keyOf)));
    return new LearntNeighbors(netlink, before);
  }

  /** Those that are still asked for are not among them. */
  async forget(files: Iterable<string | undefined>): Promise<void> {
    for (const file of files) {
      const before = this.before.get(file);
      const learnt = (await listNeighbors(this.netlink, file, {})).filter(
        (one) => !before?.has(keyOf(one)) && (one.state & (NUD.incomplete | NUD.permanent | NUD.noarp)) === 0,
      );
      const requests = learnt.map(({ family, index, dst }) => delNeighbor({ family, index, dst }));
      // One that has gone meanwhile is no matter.
      await this.netlink.execute(file, requests);
    }
  }
}

function keyOf({ index, dst }: Neighbor): string {
  return `${index} ${dst}`;
}
