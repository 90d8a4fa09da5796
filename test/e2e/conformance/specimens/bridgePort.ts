import { type Declared, outputOf } from "../../../support/engine/declared";
import { hasVlanFiltering } from "../../../support/suites/kernelOptions";
import { apart, moves } from "./device";
import type { Edit, Specimen } from "./specimen";

export const bridgePort: Specimen = {
  type: "BridgePort",
  props: (at, it) => ({
    namespace: at,
    bridge: outputOf(`${it}-bridge`, "name"),
    device: outputOf(`${it}-pair`, "a.name"),
  }),
  full: {
    cost: 77,
    priority: 5,
    hairpin: true,
    isolated: true,
    learning: false,
    flood: false,
    guard: true,
    rootBlock: true,
    ...(hasVlanFiltering ? { vlans: [{ vid: 8 }] } : {}),
  },
  id: (at) => `${at}/br0/veth0`,
  shown: /"ifname":"veth0"[^{}]*"master":"br0"/,
  gone: "ip link set veth0 nomaster",
  foreign:
    "ip link add veth0 type veth peer name veth1 && ip link add name br0 type bridge && ip link set veth0 master br0",
  unmanaged: "ip link set veth0 type bridge_slave mcast_flood off && ip link set veth1 master br0",
  edits: {
    cost: { ...option("cost", 77, 77, "78"), unsetReplaces: true },
    priority: option("priority", 5, 5, "6"),
    hairpin: option("hairpin", true, true, "off"),
    isolated: option("isolated", true, true, "off"),
    learning: option("learning", false, false, "on"),
    flood: option("flood", false, false, "on"),
    guard: option("guard", true, true, "off"),
    rootBlock: option("root_block", true, true, "off"),
    vlans: {
      value: [{ vid: 7 }],
      touches: /^vlan veth0 /,
      byHand: "bridge vlan add vid 8 dev veth0",
      built: hasVlanFiltering,
      unsetReplaces: true,
    },
  },
  replacements: {
    namespace: { value: (it) => outputOf(`${it}-other`, "name") },
    bridge: { value: (it) => outputOf(`${it}-second`, "name") },
    device: { value: (it) => outputOf(`${it}-pair`, "b.name") },
  },
  spellings: [
    [
      {},
      { priority: 32, hairpin: false, isolated: false, learning: true, flood: true, guard: false, rootBlock: false },
    ],
  ],
  needs: (at, it) => [
    ...apart(at, it),
    bridgeNamed("br0", "bridge", at, "02:00:00:00:03:01"),
    bridgeNamed("br1", "second", at, "02:00:00:00:03:02"),
    ...(moves(it) ? [bridgeNamed("br0", "otherBridge", outputOf(`${it}-other`, "name"), "02:00:00:00:03:03")] : []),
  ],
  badIds: ["net0/br0/", "br0", "net0/br0/br0", "net0/br0/a-name-of-16-byte"],
};

function option(word: string, value: unknown, shown: unknown, other: string): Edit {
  const fact = `link veth0 linkinfo info_slave_data ${word}`;
  return {
    value,
    touches: new RegExp(`^${fact}$`),
    shows: [fact, shown],
    byHand: `ip link set veth0 type bridge_slave ${word} ${other}`,
  };
}

/** Down, so that nothing waits for it to be in operation. */
function bridgeNamed(name: string, resource: string, namespace: unknown, mac: string): Declared {
  return { type: "Bridge", name: resource, props: { name, namespace, mac, up: false } };
}
