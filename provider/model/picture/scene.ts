/** What is in a picture, before anybody knows where: made of a graph, and drawn as SVG, Mermaid or DOT. */

export type Change = "added" | "changed" | "removed";

export interface Text {
  text: string;
  change?: Change;
  /** Of no interest unless it changes. */
  quiet?: true;
}

/** A device, or a port of Open vSwitch that is none. */
export interface Row {
  name: string;
  /** Of folded ones all names. */
  label?: string;
  /** What it is, where that is not just the end of a cable: `bridge`, `vlan 10`. */
  sort?: string;
  down?: boolean;
  details: Text[];
  /** The row that it is drawn under: of its bridge, or of what it stands on. */
  under?: string;
  /** Ports may be under it. */
  isBridge?: boolean;
  change?: Change;
}

export interface Box {
  /** The name of the host, as resources have it; of folded ones that of the first. */
  id: string;
  title: string;
  /** All hosts that it stands for. */
  hosts: string[];
  /** It has a way to all that is far away, so that is on the other side of its neighbour. */
  hasDefault?: boolean;
  tags: Text[];
  rows: Row[];
  /** Routes, rules and tables of nftables. */
  notes: Text[];
  change?: Change;
}

export interface End {
  host: string;
  device: string;
}

export interface Cable {
  ends: [End, End];
  sort: "cable" | "tunnel" | "patch";
  label?: string;
  down?: boolean;
  change?: Change;
}

export interface Scene {
  boxes: Box[];
  cables: Cable[];
}

export function cableId({ ends, sort }: Pick<Cable, "ends" | "sort">): string {
  const [a, b] = ends.map(({ host, device }) => `${host}/${device}`);
  return sort === "cable" ? `${a} ${b}` : `${a} ${b} ${sort}`;
}
