import type { Counted, Counters } from "../protocol";

/** Of a device, for a second: bytes and frames in and out. */
interface Rate {
  isUp: boolean;
  hasCarrier: boolean;
  rx: number;
  tx: number;
  rxFrames: number;
  txFrames: number;
}

export type Rates = ReadonlyMap<string, Rate>;

/** How fast the counters of each device move, by `HOST/DEVICE`. */
export function ratesBetween(before: Counters | undefined, now: Counters): Rates {
  const seconds = before ? (now.at - before.at) / 1000 : 1;
  const all = Object.entries(now.hosts).flatMap(([host, devices]) =>
    Object.entries(devices).map(([device, counted]): [string, Rate] => [
      `${host}/${device}`,
      rateOf(before?.hosts[host]?.[device], counted, seconds),
    ]),
  );
  return new Map(all);
}

/** A device that is new, or was made again, begins with what it has. */
function rateOf(before: Counted | undefined, [isUp, hasCarrier, ...now]: Counted, seconds: number): Rate {
  const [, , ...old] = before ?? [true, true, ...now];
  const [rx = 0, tx = 0, rxFrames = 0, txFrames = 0] = now.map((count, index) => {
    const grown = count - (old[index] ?? 0);
    return (grown < 0 ? count : grown) / seconds;
  });
  return { isUp, hasCarrier, rx, tx, rxFrames, txFrames };
}

const UNITS = ["B/s", "kB/s", "MB/s", "GB/s"];

/** `1.2 kB/s`. */
export function inWords(bytes: number): string {
  let [value, unit] = [bytes, 0];
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}
