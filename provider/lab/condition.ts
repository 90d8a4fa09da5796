import { z } from "zod";
import { microseconds, rate, share, time } from "../core/units";
import { NONE } from "./names";

/** What packets suffer on a cable, each way. */

export interface Netem {
  delay?: string | undefined;
  jitter?: string | undefined;
  loss?: string | undefined;
  rate?: string | undefined;
}

const PRESETS = ["wifi", "lte", "3g", "satellite", "dialup"] as const;

/**
 * lte, 3g and dialup are what web performance tests call so (connectivity.ini of WebPageTest: half of the round trip, and
 * the rate downwards); the delay of satellite is that of RFC 2488, section 2, for a geostationary one; wifi is a usual
 * home network.
 */
const FIGURES: Record<(typeof PRESETS)[number], Netem> = {
  wifi: { delay: "5ms", jitter: "2ms", loss: "0.1%" },
  lte: { delay: "35ms", rate: "12mbit" },
  "3g": { delay: "150ms", rate: "1600kbit" },
  satellite: { delay: "279ms", rate: "25mbit" },
  dialup: { delay: "60ms", rate: "49kbit" },
};

export const condition = z
  .strictObject({
    preset: z
      .enum(PRESETS, { error: `must be one of ${PRESETS.join(", ")}` })
      .meta({ id: "LabLinkPreset", description: "A usual condition of a link, by its name." })
      .optional()
      .meta({
        description:
          "A usual condition by its name, each way: `wifi` (delay 5ms, jitter 2ms, loss 0.1%), `lte` (35ms, 12mbit), `3g` " +
          "(150ms, 1.6mbit), `satellite` (a geostationary one: 279ms, 25mbit), `dialup` (60ms, 49kbit). What is given " +
          "besides takes the place of its part. Absent: none.",
      }),
    delay: time().optional().meta({
      description:
        "How long each packet waits at the end that sends it: `50ms`; a ping takes twice that. Absent: not at all.",
    }),
    jitter: time()
      .optional()
      .meta({ description: "How much longer or shorter it may wait, at random. Needs a delay. Absent: not at all." }),
    loss: share().optional().meta({ description: "How many are dropped, at random: `0.5%`. Absent: none." }),
    rate: rate().optional().meta({ description: "The rate that they are sent at: `1mbit`. Absent: any." }),
  })
  .meta({
    id: "LabLinkCondition",
    description: "What packets suffer on a cable, each way: a Qdisc of kind netem at both ends.",
  });

export type Condition = z.output<typeof condition>;

/** A delay, or none where there is no way. */
export const delayOrNone = () =>
  z
    .string({ error: "must be a string" })
    .superRefine((text, context) => {
      const wrong = text === NONE ? undefined : time().safeParse(text).error?.issues[0]?.message;
      if (wrong !== undefined) context.addIssue({ code: "custom", message: `${wrong}, or \`${NONE}\`` });
    })
    .overwrite((text) => time().safeParse(text).data ?? text);

/** What it says to netem; undefined where that is nothing. */
export function netemOf({ preset, ...given }: Condition): Netem | undefined {
  const all: Netem = { ...(preset === undefined ? {} : FIGURES[preset]), ...given };
  const said = Object.entries(all).filter(([, value]) => value !== undefined);
  return said.length === 0 ? undefined : Object.fromEntries(said);
}

/** Why it cannot be, at its property. */
export function conditionFault(given: Condition): { key: string; reason: string } | undefined {
  const { delay, jitter } = netemOf(given) ?? {};
  const isAny = (time = "0us") => microseconds(time) > 0;
  return isAny(jitter) && !isAny(delay)
    ? { key: "jitter", reason: "needs `delay`, around which packets wait longer or shorter" }
    : undefined;
}
