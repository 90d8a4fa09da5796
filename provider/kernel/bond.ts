import type { Kernel } from "./kernel";
import { showLink } from "./link";
import type { Link } from "./linkRow";
import { ip, type Step } from "./step";

/** The words of `ip link … type bond`. */

export const BOND_MODES = [
  "balance-rr",
  "active-backup",
  "balance-xor",
  "broadcast",
  "802.3ad",
  "balance-tlb",
  "balance-alb",
] as const;
export type Mode = (typeof BOND_MODES)[number];
export const XMIT_HASH_POLICIES = ["layer2", "layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac"] as const;
export const AD_SELECTS = ["stable", "bandwidth", "count"] as const;

/** Each option's word, and the one that it is shown by. */
const WORDS = {
  mode: ["mode", "mode"],
  miimon: ["miimon", "miimon"],
  updelay: ["updelay", "updelay"],
  downdelay: ["downdelay", "downdelay"],
  primary: ["primary", "primary"],
  xmitHashPolicy: ["xmit_hash_policy", "xmit_hash_policy"],
  lacpRate: ["lacp_rate", "ad_lacp_rate"],
  adSelect: ["ad_select", "ad_select"],
  minLinks: ["min_links", "min_links"],
} as const;
export type Option = keyof typeof WORDS;
const OPTIONS = Object.keys(WORDS) as Option[];
/** The kernel sets them only while the bond is down. */
export const SET_DOWN = ["lacpRate", "adSelect"] as const;
/** It keeps the delays as multiples of `miimon`: all three are set together. */
const TIMES: readonly Option[] = ["miimon", "updelay", "downdelay"];

interface Options {
  mode: Mode;
  miimon: number;
  updelay: number;
  downdelay: number;
  primary?: string | undefined;
  xmitHashPolicy: (typeof XMIT_HASH_POLICIES)[number];
  lacpRate: "slow" | "fast";
  adSelect: (typeof AD_SELECTS)[number];
  minLinks: number;
}
type Given = { [K in keyof Options]?: Options[K] | undefined };

/** What `miimon` is where nobody says it: BOND_DEFAULT_MIIMON, in the modes that need one. */
export function monitorOf(mode: Mode | undefined): number {
  return mode !== undefined && ["802.3ad", "balance-tlb", "balance-alb"].includes(mode) ? 100 : 0;
}

export function optionWords(want: Given, options: readonly Option[] = OPTIONS): string[] {
  return options.flatMap((option) => (want[option] === undefined ? [] : [WORDS[option][0], String(want[option])]));
}

export function changeOptions(want: Given & { namespace?: string | undefined; name: string }, have: Options): Step[] {
  const { namespace, name } = want;
  const changed = OPTIONS.filter((option) => want[option] !== undefined && want[option] !== have[option]);
  const set = (options: readonly Option[], [property]: readonly Option[]) => {
    const words = ["link", "set", "dev", name, "type", "bond", ...optionWords({ ...have, ...want }, options)];
    return ip(namespace, `set ${property}`, words, property && [property]);
  };
  const times = changed.filter((option) => TIMES.includes(option));
  return [
    // Delays of a bond that looks at nothing cannot even be set to none.
    ...(times.length === 0 ? [] : [set(withMonitor(want, have) ? TIMES : ["miimon"], times)]),
    ...changed
      .filter((option) => !TIMES.includes(option))
      .map((option) => {
        const step = set([option], [option]);
        const isDown = SET_DOWN.some((one) => one === option);
        return isDown ? { ...step, whileDown: name, what: `${step.what}, with the bond down meanwhile` } : step;
      }),
  ];
}

function withMonitor(want: Given, have: Options): boolean {
  return (want.miimon ?? have.miimon) > 0;
}

/** As it is shown; the kernel shows its primary only as a port, and knows it before: then it is the `wanted` one. */
export async function readOptions(
  kernel: Kernel,
  namespace: string | undefined,
  { ifname, linkinfo }: Link,
  wanted: string | undefined,
): Promise<Options> {
  const info = linkinfo?.info_data ?? {};
  const values = OPTIONS.map((option) => [option, info[WORDS[option][1]]]);
  const isPort = wanted !== undefined && (await showLink(kernel, namespace, wanted))?.master === ifname;
  const primary = info.primary ?? (isPort ? undefined : wanted);
  const { primary: _, ...options } = Object.fromEntries(values);
  return { ...(options as unknown as Options), ...(primary !== undefined && { primary: String(primary) }) };
}
