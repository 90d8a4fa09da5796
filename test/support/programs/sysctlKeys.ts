/**
 * Keys that each network namespace has for itself, with values that they take. None of `conf.all` and `conf.default`:
 * what these do to a device depends on whether it was there already. `ip_forward` sets that of every device, now and
 * later, so no `conf.DEVICE.forwarding` beside it.
 */
export const KEYS: [key: string, values: (string | number)[]][] = [
  ["net.ipv4.ip_forward", [0, 1, "1"]],
  ["net.ipv4.ip_default_ttl", [32, "64", 255]],
  ["net.ipv4.ping_group_range", ["0 0", "0\t5", "1 0"]],
  ["net.ipv4.ip_local_port_range", ["1024 60000", "32768 60999", "2000  3000"]],
  ["net.ipv4.tcp_syn_retries", [2, 6, 9]],
  ["net.ipv6.bindv6only", [0, 1, "0"]],
  ["net.ipv4.icmp_echo_ignore_all", [0, 1, 1]],
];
export const DEVICE_KEYS: typeof KEYS = [
  ["net.ipv4.conf.DEVICE.rp_filter", [0, 1, 2]],
  ["net.ipv4.conf.DEVICE.accept_local", [0, 1, "1"]],
  ["net.ipv4.conf.DEVICE.arp_ignore", [0, 1, "2"]],
  ["net.ipv4.conf.DEVICE.promote_secondaries", [0, 1, 1]],
  ["net.ipv6.conf.DEVICE.hop_limit", [64, 63, "1"]],
  ["net.ipv6.conf.DEVICE.accept_dad", [0, 1, 1]],
  ["net.ipv4.neigh.DEVICE.gc_stale_time", [60, 30, "90"]],
];

/** The values that a key takes, with the device's name in it. */
export function valuesOf(key: string): (string | number)[] {
  const general = key.replace(/^(net\.\w+\.(?:conf|neigh)\.)[^.]+/, "$1DEVICE");
  return [...KEYS, ...DEVICE_KEYS].find(([one]) => one === general)?.[1] ?? [];
}
