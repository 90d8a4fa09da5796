import { z } from "zod";

/** A whole number from `least` to `most`; `what` goes on with the reason that a wrong one is given. */
export const whole = (least: number, most: number, what = "") => {
  const error = `must be a whole number from ${least} to ${most}${what}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
};
