import * as netns from "pulumi-netns";

const RED = 10;
const BLUE = 20;

// A switch in each of two rooms. It forwards a frame only between ports that are in the frame's VLAN.
const [east, west] = ["east", "west"].map((name) => {
  const room = new netns.Namespace(name);
  return new netns.Bridge(name, { namespace: room.name, name: "br0", vlanFiltering: true });
}) as [netns.Bridge, netns.Bridge];

// One cable between the rooms for both VLANs: on it each frame has the tag of its VLAN.
const trunk = new netns.VethPair("trunk", {
  a: { name: "trunk", namespace: east.namespace },
  b: { name: "trunk", namespace: west.namespace },
});
for (const [name, bridge, device] of [
  ["trunk-east", east, trunk.a.name],
  ["trunk-west", west, trunk.b.name],
] as const) {
  const vlans = [{ vid: RED }, { vid: BLUE }];
  new netns.BridgePort(name, { namespace: bridge.namespace, bridge: bridge.name, device, vlans });
}

// All are in one IP network: only its VLAN keeps the blue host apart.
for (const [name, bridge, vid, address] of [
  ["red1", east, RED, "10.5.0.1/24"],
  ["red2", west, RED, "10.5.0.2/24"],
  ["blue", west, BLUE, "10.5.0.3/24"],
] as const) {
  const host = new netns.Namespace(name);
  const cable = new netns.VethPair(name, {
    a: { name: "eth0", namespace: host.name },
    b: { name: `to-${name}`, namespace: bridge.namespace },
  });
  // The host knows nothing about VLANs: its port removes the tag, and adds it to what comes in.
  const vlans = [{ vid, pvid: true, untagged: true }];
  new netns.BridgePort(name, { namespace: bridge.namespace, bridge: bridge.name, device: cable.b.name, vlans });
  new netns.Address(name, { namespace: host.name, device: cable.a.name, address });
}

const command = "ip netns exec red1 ping -c 2 10.5.0.2";

export { command as try };
