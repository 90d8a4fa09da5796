import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

export const wrongOvsBridges: WrongProgram[] = [
  {
    title: "a name that no device can have [16]",
    props: { name: "a-name-of-16-byt" },
    faults: ["name: is longer than 15 bytes, the kernel's limit (IFNAMSIZ)"],
  },
  {
    title: "a name that Open vSwitch takes for a path [16]",
    props: { name: "br\\0" },
    faults: ["name: must not contain `\\`, which Open vSwitch takes for a path"],
  },
  {
    title: "words that are none of its, and flags that are none [15]",
    props: { datapathType: "kernel", failMode: "open", stp: "on", up: 1 },
    faults: [
      "datapathType: must be system or netdev",
      "failMode: must be standalone or secure",
      "stp: must be true or false",
      "up: must be true or false",
    ],
  },
  {
    title: "sockets that are none",
    props: { database: "/run/openvswitch/db.sock" },
    faults: [
      "database: must be the socket of ovsdb-server, such as unix:/run/openvswitch/db.sock or tcp:127.0.0.1:6640",
    ],
  },
  {
    title: "maps whose keys and values are none",
    props: { otherConfig: { "a b": "1", n: 5, hwaddr: "02:00:00:00:00:01" } },
    faults: [
      'otherConfig["a b"]: is not a key: use letters, digits and `_`, and `.`, `:`, `-` after the first character',
      "otherConfig.hwaddr: is what `mac` sets",
      "otherConfig.n: must be a string",
    ],
  },
  {
    title: "a list for a map",
    props: { otherConfig: ["a"] },
    faults: ["otherConfig: must be an object"],
  },
];

const ok = { bridge: "br0", name: "veth0" };

export const wrongOvsPorts: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["bridge: is required", "name: is required"] },
  {
    title: "a name that no device can have, for one of type system [16]",
    props: { ...ok, name: "a-port-with-a-long-name" },
    faults: [
      "name: is longer than 15 bytes, the kernel's limit (IFNAMSIZ), which the device of a port of type `system` has",
    ],
  },
  {
    title: "the same for type internal, and names that are none at all [16]",
    props: { bridge: "br 0", name: "a-port-with-a-long-name", type: "internal" },
    faults: [
      "bridge: must not contain white space",
      "name: is longer than 15 bytes, the kernel's limit (IFNAMSIZ), which the device of a port of type `internal` has",
    ],
  },
  {
    title: "the bridge for a port of itself",
    props: { bridge: "br0", name: "br0" },
    faults: ["name: is the bridge itself, which has a port of its own"],
  },
  {
    title: "VLANs that are none, and one twice [15]",
    props: { ...ok, tag: 4095, trunks: [1, 0] },
    faults: [
      "tag: must be a whole number from 0 to 4094, a VLAN ID or 0 for none",
      "trunks[1]: must be a whole number from 1 to 4094, a VLAN ID of IEEE 802.1Q",
    ],
  },
  {
    title: "a tag and trunks, of which Open vSwitch would ignore the trunks",
    props: { ...ok, tag: 5, trunks: [6] },
    faults: [
      "trunks: is ignored with a `tag` and no `vlanMode`: give native-tagged or native-untagged as `vlanMode` for both, or leave one out",
    ],
  },
  {
    title: "a trunk with a tag",
    props: { ...ok, vlanMode: "trunk", tag: 5, trunks: [6] },
    faults: ["tag: is ignored with `vlanMode` `trunk`: native-tagged and native-untagged have both `tag` and `trunks`"],
  },
  {
    title: "an access port with trunks, of which one is there twice",
    props: { ...ok, vlanMode: "access", tag: 5, trunks: [6, 6] },
    faults: ["trunks: has a VLAN twice", "trunks: is ignored with `vlanMode` `access`, which has only the VLAN `tag`"],
  },
  {
    title: "a tunnel without its VLAN, but with trunks",
    props: { ...ok, vlanMode: "dot1q-tunnel", tag: 0, trunks: [6] },
    faults: [
      "tag: must be a VLAN with `vlanMode` `dot1q-tunnel`",
      "trunks: is ignored with `vlanMode` `dot1q-tunnel`, which has only the VLAN `tag`",
    ],
  },
  {
    title: "a native VLAN that is none",
    props: { ...ok, vlanMode: "native-tagged", trunks: [6] },
    faults: ["tag: must be a VLAN with `vlanMode` `native-tagged`"],
  },
  {
    title: "a mode that it has not",
    props: { ...ok, vlanMode: "native", tag: 5, trunks: [6] },
    faults: ["vlanMode: must be one of access, trunk, native-tagged, native-untagged, dot1q-tunnel"],
  },
  { title: "a VLAN twice", props: { ...ok, trunks: [1, 2, 1] }, faults: ["trunks: has a VLAN twice"] },
  {
    title: "a patch without its peer",
    props: { ...ok, type: "patch" },
    faults: ["options: must have `peer`, the name of the patch port on the other bridge, with type `patch`"],
  },
  {
    title: "a tunnel without its other end, and settings of a device that it is not",
    props: { ...ok, type: "vxlan", options: { key: "7" }, mac: "02:00:00:00:00:01", mtu: 1400, up: false },
    faults: [
      "mac: is only for type `internal`",
      "mtu: is only for type `internal`",
      "options: must have `remote_ip`, the address of the other end, with type `vxlan`",
      "up: is only for type `internal`",
    ],
  },
  {
    title: "a type that it has not",
    props: { ...ok, type: "tap" },
    faults: ["type: must be one of system, internal, patch, vxlan, gre"],
  },
  {
    title: "a wrong bridge that is a secret",
    props: { ...ok, bridge: secret("hidden/1") },
    faults: ["bridge: must not contain `/`"],
    hidden: "hidden",
  },
];
