import { z } from "zod";
import { keyNumber } from "./tunnels";

/** The fields that tunnels of all sorts have. */

/** A number of a byte, or a word that stands for something else. */
const byteOr = (word: string, isRight: (value: number) => boolean, error: string) =>
  z
    .union([z.string(), z.number()], { error })
    .superRefine((value, context) => {
      const isNumber = /^\d{1,3}$/.test(String(value)) && Number(value) < 256 && isRight(Number(value));
      if (!isNumber && value !== word) context.addIssue({ code: "custom", message: error });
    })
    .overwrite((value) => (/^\d+$/.test(String(value)) ? Number(value) : value));

export const ttl = (least = 1) =>
  byteOr("inherit", (value) => value >= least, `must be a whole number from ${least} to 255, or \`inherit\``);

export const tos = () =>
  byteOr(
    "inherit",
    (value) => value % 2 === 0,
    "must be an even number from 0 to 254, the whole byte of the header, or `inherit`",
  );

export const encapLimit = () => byteOr("none", () => true, "must be a whole number from 0 to 255, or `none`");

const KEY = "must be a whole number from 0 to 4294967295, or the same as four bytes with dots";

export const tunnelKey = () =>
  z
    .union([z.string(), z.number()], { error: KEY })
    .superRefine((value, context) => {
      if (keyNumber(value) === undefined) context.addIssue({ code: "custom", message: KEY });
    })
    .overwrite((value) => keyNumber(value) ?? value);

/** The word of `ip` for a type of service, which it reads as a hexadecimal number. */
export function tosWord(tos: string | number): string {
  return typeof tos === "number" ? `0x${tos.toString(16)}` : tos;
}

/** What such a word means; `inherit` is the lowest bit. */
export function tosOf(word: unknown): number | "inherit" {
  const number = Number(word ?? 0);
  return number % 2 === 1 ? "inherit" : number;
}
