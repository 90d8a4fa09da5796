import type { Graph } from "../graph";
import { cardOf } from "./card";
import { compareScenes } from "./compare";
import { dotOf } from "./dot";
import { foldLeaves } from "./fold";
import { layoutOf } from "./layout";
import { mermaidOf } from "./mermaid";
import type { Scene } from "./scene";
import { sceneOf } from "./sceneOf";
import { wiresOf } from "./sides";
import { svgOf } from "./svg";

interface PictureOptions {
  /** What was there before: what differs is shown as a change. */
  before?: Graph;
  /** Draw every host, rather than one for many that are alike. */
  all?: boolean;
}

/** As text in one of the formats; the same lab gives the same bytes. */
export const pictures = { svg, mermaid, dot };

async function svg(graph: Graph, options?: PictureOptions): Promise<string> {
  const scene = sceneFor(graph, options);
  const wires = wiresOf(scene);
  const cards = scene.boxes.map((box) => cardOf(box, wires));
  return svgOf({ cards, wires, layout: await layoutOf(cards, wires) });
}

async function mermaid(graph: Graph, options?: PictureOptions): Promise<string> {
  return mermaidOf(sceneFor(graph, options));
}

async function dot(graph: Graph, options?: PictureOptions): Promise<string> {
  return dotOf(sceneFor(graph, options));
}

function sceneFor(graph: Graph, { before, all }: PictureOptions = {}): Scene {
  const scene = before ? compareScenes(sceneOf(before), sceneOf(graph)) : sceneOf(graph);
  return all ? scene : foldLeaves(scene);
}
