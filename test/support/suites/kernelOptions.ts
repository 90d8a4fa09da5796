import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { skipThis } from "./needs";

/** Whether this is what the provider says where the kernel is built without an option. */
export function lacks(option: string, text: string): boolean {
  return new RegExp(`\\n *This kernel has no .*: it needs ${option}\\b`).test(text);
}

/**
 * What `make` makes where the kernel has the part for it. Elsewhere the error must name the option, and the test is left to the
 * second kernel.
 */
export async function madeWhereBuilt<T>(within: Mocha.Context, option: string, make: () => Promise<T>): Promise<T> {
  return make().catch((error: Error) => {
    assert.ok(lacks(option, error.message), error.message);
    return skipThis(within, option);
  });
}

/** Whether the kernel here makes such, in a network namespace that is gone at once. */
function makes(words: string): boolean {
  const script = `ip link add name v0 type veth peer name v1 && ip link add name it ${words}`;
  return spawnSync("unshare", ["--net", "sh", "-c", script]).status === 0;
}

export const hasVlanFiltering = makes("type bridge vlan_filtering 1");
export const hasDummy = makes("type dummy");
export const hasVlan = makes("link v0 type vlan id 5");
export const hasMacvlan = makes("link v0 type macvlan");
export const hasBond = makes("type bond");
export const hasVrf = makes("type vrf table 5");
export const hasMacvtap = makes("link v0 type macvtap");
export const hasIpvlan = makes("link v0 type ipvlan");
export const hasNetkit = makes("type netkit");
export const hasIfb = makes("type ifb");
export const hasGre = makes("type gre remote 10.0.0.2");
export const hasGeneve = makes("type geneve id 5 remote 10.0.0.2");
export const hasVxlan = makes("type vxlan id 5 dstport 4789");

/** Gives a lab host the way to TUN and TAP devices, which is a file, where only that is missing. */
export const GIVE_TUN = "[ -c /dev/net/tun ] || { mount -t tmpfs tmpfs /dev/net && mknod /dev/net/tun c 10 200; }";

const TRY_TUN = `{ ${GIVE_TUN}; } && ip tuntap add dev it mode tap`;
export const hasTun = spawnSync("unshare", ["--net", "--mount", "sh", "-c", TRY_TUN]).status === 0;

/** Whether the kernel here has a kind of qdisc. */
export function hasQdisc(words: string): boolean {
  const script = `ip link add name v0 type veth peer name v1 && tc qdisc add dev v0 root ${words}`;
  return spawnSync("unshare", ["--net", "sh", "-c", script]).status === 0;
}
export const hasNft = spawnSync("unshare", ["--net", "nft", "list", "ruleset"]).status === 0;
