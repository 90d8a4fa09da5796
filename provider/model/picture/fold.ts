import type { Box, Cable, End, Row, Scene, Text } from "./scene";

/** A lab of this size is drawn whole; in a larger one, hosts that are alike in all but numbers are drawn as one. */
const WHOLE = 16;
const FEW = 4;

export function foldLeaves(scene: Scene): Scene {
  if (scene.boxes.length <= WHOLE) return scene;
  const cablesAt = new Map<string, Cable[]>();
  for (const cable of scene.cables) {
    for (const host of new Set(cable.ends.map((end) => end.host))) {
      cablesAt.set(host, [...(cablesAt.get(host) ?? []), cable]);
    }
  }
  const byPlace = new Map(
    scene.boxes.flatMap((box) => box.rows.map((row) => [placeOf(box.id, row.name), row] as const)),
  );
  const groups = new Map<string, Box[]>();
  for (const box of scene.boxes) {
    const key = likeness(box, cablesAt.get(box.id) ?? [], byPlace);
    if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), box]);
  }
  return [...groups.values()].filter(({ length }) => length >= FEW).reduce(fold, scene);
}

/** The same for hosts that can stand for each other: leaves at the same host. Undefined: it is no leaf. */
function likeness(box: Box, cables: readonly Cable[], rowAt: ReadonlyMap<string, Row>): string | undefined {
  const ends = cables.map((cable) => ({ cable, near: nearOf(cable, box.id), far: farOf(cable, box.id) }));
  const hosts = new Set(ends.map(({ far }) => far.host));
  if (hosts.size !== 1 || hosts.has(box.id)) return undefined;
  return JSON.stringify([
    [...hosts],
    box.change,
    numberless(box.title),
    box.tags,
    box.rows.map((row) => rowLikeness(row)),
    box.notes.map(textLikeness),
    ends.map(({ cable, near, far }) => {
      const row = rowAt.get(placeOf(far.host, far.device));
      return [near.device, cable.sort, cable.change, cable.down, numberless(far.device), row && rowLikeness(row)];
    }),
  ]);
}

function rowLikeness({ details, name, ...rest }: Row): unknown {
  return [rest, numberless(name), details.map(textLikeness)];
}

function textLikeness({ text, change }: Text): unknown {
  return [addressless(text), change];
}

/** `h1` and `h12` are alike. */
function numberless(text: string): string {
  return text.replace(/\d+/g, "0");
}

/** So are 10.0.0.1/16 and 10.0.0.2/16, but not 10.0.0.1/16 and 10.0.0.2/24. */
function addressless(text: string): string {
  return text.replace(/[\da-f]*[.:][\da-f.:]+/g, "*");
}

function fold(scene: Scene, group: readonly Box[]): Scene {
  const [first, last] = [group[0] as Box, group.at(-1) as Box];
  const gone = new Set(group.slice(1).map(({ id }) => id));
  const cablesOf = (host: string) => scene.cables.filter(({ ends }) => ends.some((end) => end.host === host));
  const [firstCables, lastCables] = [cablesOf(first.id), cablesOf(last.id)];
  const hub = farOf(firstCables[0] as Cable, first.id).host;
  const ports = firstCables.map((cable, index) => ({
    from: farOf(cable, first.id).device,
    to: farOf(lastCables[index] as Cable, last.id).device,
  }));
  const hidden = new Set(
    scene.cables
      .filter(({ ends }) => ends.some(({ host }) => gone.has(host)))
      .flatMap(({ ends }) => ends.filter(({ host }) => host === hub).map(({ device }) => device)),
  );
  return {
    boxes: scene.boxes
      .filter(({ id }) => !gone.has(id))
      .map((box) => (box.id === first.id ? foldedBox(group) : box.id === hub ? foldedPorts(box, ports, hidden) : box)),
    cables: scene.cables
      .filter(({ ends }) => !ends.some(({ host }) => gone.has(host)))
      .map((cable) => (firstCables.includes(cable) ? { ...cable, label: `× ${group.length}` } : cable)),
  };
}

function foldedBox(group: readonly Box[]): Box {
  const [first, last] = [group[0] as Box, group.at(-1) as Box];
  return {
    ...first,
    title: range(first.title, last.title),
    hosts: group.flatMap(({ hosts }) => hosts),
    rows: first.rows.map((row, at) => ({
      ...row,
      label: range(row.label ?? row.name, last.rows[at]?.label ?? last.rows[at]?.name ?? row.name),
      details: foldedTexts(row.details, last.rows[at]?.details),
    })),
    notes: foldedTexts(first.notes, last.notes),
  };
}

/** Of the ports that lead to folded hosts the first stands for all. */
function foldedPorts(box: Box, ports: readonly { from: string; to: string }[], hidden: ReadonlySet<string>): Box {
  const rows = new Map(box.rows.map((row) => [row.name, row]));
  return {
    ...box,
    rows: box.rows
      .filter(({ name }) => !hidden.has(name))
      .map((row) => {
        const port = ports.find(({ from }) => from === row.name);
        const last = port && rows.get(port.to);
        if (!last) return row;
        return { ...row, label: range(row.name, last.name), details: foldedTexts(row.details, last.details) };
      }),
  };
}

function foldedTexts(first: readonly Text[], last: readonly Text[] = []): Text[] {
  return first.map((text, at) => ({ ...text, text: range(text.text, last[at]?.text ?? text.text) }));
}

function range(first: string, last: string): string {
  return first === last ? first : `${first} … ${last}`;
}

function nearOf({ ends: [a, b] }: Cable, host: string): End {
  return a.host === host ? a : b;
}

function farOf({ ends: [a, b] }: Cable, host: string): End {
  return a.host === host ? b : a;
}

function placeOf(host: string, device: string): string {
  return JSON.stringify([host, device]);
}
