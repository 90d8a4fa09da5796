/** What the sorts of tunnels differ by, in the kernel's words for them. */

export const TUNNEL_MODES = ["gre", "gretap", "ip6gre", "ip6gretap", "ipip", "sit", "ip6tnl"] as const;
export type TunnelMode = (typeof TUNNEL_MODES)[number];

/** The packets that it sends are of IPv6. */
export const isOver6 = (mode: TunnelMode) => mode.startsWith("ip6");
/** It carries frames of Ethernet, not packets of IP. */
export const carriesFrames = (mode: TunnelMode) => mode.endsWith("tap");
export const hasKey = (mode: TunnelMode) => mode.includes("gre");

/** What it puts around a packet: the headers of IP, GRE with a key, the carried frame, and IPv6's limit of nesting. */
export function overheadOf(mode: TunnelMode, own: { isKeyed?: boolean; isLimited?: boolean } = {}): number {
  const ip = isOver6(mode) ? 40 + (own.isLimited ? 8 : 0) : 20;
  return ip + (hasKey(mode) ? 4 + (own.isKeyed ? 4 : 0) : 0) + (carriesFrames(mode) ? 14 : 0);
}

/** Those that come with a module of the kernel, in each namespace. */
export const FALL_BACKS = [
  ...["tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "sit0", "ip6tnl0", "ip6gre0"],
];

const QUAD = /^(?:\d{1,3}\.){3}\d{1,3}$/;

/** A key as `ip` prints it, which is that of an IPv4 address, as a number; undefined: it is none. */
export function keyNumber(text: string | number): number | undefined {
  const number = QUAD.test(String(text))
    ? String(text)
        .split(".")
        .reduce((sum, part) => (Number(part) > 255 ? Number.NaN : sum * 256 + Number(part)), 0)
    : /^\d{1,10}$/.test(String(text))
      ? Number(text)
      : Number.NaN;
  return number >= 0 && number < 2 ** 32 ? number : undefined;
}

export function keyText(key: number): string {
  return [24, 16, 8, 0].map((shift) => (key >>> shift) & 255).join(".");
}
