import { z } from "zod";

/** Times, rates, sizes and shares as tc(8) writes them: a number with its unit, in one canonical form. */

interface Measure {
  /** The units from the largest to the smallest, each with how many of the smallest it is. */
  units: readonly (readonly [unit: string, scale: number])[];
  /** What else the units are called. */
  others?: Readonly<Record<string, string>>;
  /** The most, in the smallest unit, and in words. */
  most: readonly [value: number, text: string];
  /** What a valid one is. */
  what: string;
  /** What a value must be a multiple of, and that in words. */
  step?: readonly [of: number, reason: string];
}

const TIME: Measure = {
  units: [
    ["s", 1_000_000],
    ["ms", 1000],
    ["us", 1],
  ],
  others: { sec: "s", secs: "s", msec: "ms", msecs: "ms", usec: "us", usecs: "us" },
  // What 32 bits of the kernel's ticks of 64 ns hold.
  most: [274_000_000, "274s"],
  what: "a time with its unit: 10ms, 1.5s or 200us",
  step: [1, "must be a whole number of microseconds"],
};

const RATE: Measure = {
  units: [
    ["tbit", 1e12],
    ["gbit", 1e9],
    ["mbit", 1e6],
    ["kbit", 1000],
    ["bit", 1],
  ],
  most: [1e12, "1tbit"],
  what: "a rate in bits a second with its unit: 1mbit, 500kbit or 1.5gbit",
  step: [8, "must be a whole number of bytes a second"],
};

const SIZE: Measure = {
  units: [
    ["gb", 1024 ** 3],
    ["mb", 1024 ** 2],
    ["kb", 1024],
    ["b", 1],
  ],
  others: { k: "kb", m: "mb", g: "gb" },
  most: [2 ** 32 - 1, "4gb"],
  what: "a size in bytes with its unit: 1500b, 32kb or 1mb",
  step: [1, "must be a whole number of bytes"],
};

const SHARE: Measure = {
  units: [["%", 10_000]],
  most: [1_000_000, "100%"],
  what: "a share in percent: 1%, 0.5% or 100%",
  step: [1, "must have at most four digits after the point"],
};

/** How much a text says in the smallest unit; undefined when it is none of the measure's form. */
function amount({ units, others = {} }: Measure, text: string): number | undefined {
  const [, digits, word = ""] = /^(\d{1,15}(?:\.\d{1,9})?) ?([a-z%]{1,5})$/i.exec(text) ?? [];
  const unit = word.toLowerCase();
  const scale = units.find(([name]) => name === (Object.hasOwn(others, unit) ? others[unit] : unit))?.[1];
  // So that 1.1 times 1000 is a whole number.
  return scale === undefined ? undefined : Number((Number(digits) * scale).toPrecision(15));
}

/** In the largest unit that it is a whole number of. */
function written({ units }: Measure, value: number): string {
  const [unit, scale] = units.find(([, size]) => value > 0 && value % size === 0) ?? units.at(-1) ?? ["", 1];
  return `${Number((value / scale).toPrecision(15))}${unit}`;
}

function field(measure: Measure, least: readonly [value: number, text: string] | undefined) {
  const { step, most } = measure;
  return z
    .string({ error: "must be a string" })
    .superRefine((text, context) => {
      const value = amount(measure, text);
      const refuse = (message: string) => context.addIssue({ code: "custom", message });
      if (value === undefined) refuse(`must be ${measure.what}`);
      else if (step && value % step[0] !== 0) refuse(step[1]);
      else if (value > most[0]) refuse(`is above ${most[1]}, the kernel's maximum`);
      else if (least && value < least[0]) refuse(`is below ${least[1]}, the kernel's minimum`);
    })
    .overwrite((text) => {
      const value = amount(measure, text);
      return value === undefined ? text : written(measure, value);
    });
}

/** A time of whole microseconds. */
export const time = () => field(TIME, undefined);
/** One that is not none. */
export const someTime = () => field(TIME, [1, "1us"]);
/** A rate in bits a second; the kernel counts bytes. */
export const rate = () => field(RATE, undefined);
export const someRate = () => field(RATE, [8, "8bit"]);
/** A size in bytes; a `kb` has 1024 of them, as in tc(8). */
export const someSize = () => field(SIZE, [1, "1b"]);
/** A share in percent, such as a probability. */
export const share = () => field(SHARE, undefined);

export const microseconds = (text: string): number => amount(TIME, text) ?? Number.NaN;
export const bytesPerSecond = (text: string): number => (amount(RATE, text) ?? Number.NaN) / 8;
export const bytes = (text: string): number => amount(SIZE, text) ?? Number.NaN;

/** Of 1, what a share is. */
export const fraction = (text: string): number => (amount(SHARE, text) ?? Number.NaN) / 1_000_000;

export const timeOf = (us: number): string => written(TIME, Math.round(us));
export const rateOf = (bytesPerSecond: number): string => written(RATE, Math.round(bytesPerSecond) * 8);
export const sizeOf = (count: number): string => written(SIZE, Math.round(count));
/** Of a fraction of 1. */
export const shareOf = (fraction: number): string => written(SHARE, Math.round(fraction * 1_000_000));
