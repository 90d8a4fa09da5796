import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const VID = "must be a whole number from 1 to 4094, a VLAN ID of IEEE 802.1Q";
const FORWARD = "must be a whole number from 0 to 3000 hundredths of a second (30 s)";

export const wrongBridges: WrongProgram[] = [
  {
    title: "a logical name that is no name for a device [16]",
    name: "the-bridge-of-lab-1",
    props: {},
    faults: [
      "name: is longer than 15 bytes, the kernel's limit (IFNAMSIZ) (it comes from the resource's logical name: set `name`)",
    ],
  },
  {
    title: "times outside of what the spanning tree allows",
    props: { forwardDelay: 3001, helloTime: 99, maxAge: 4001, ageingTime: -1 },
    faults: [
      `forwardDelay: ${FORWARD}`,
      "helloTime: must be a whole number from 100 to 1000 hundredths of a second (1 to 10 s)",
      "maxAge: must be a whole number from 600 to 4000 hundredths of a second (6 to 40 s)",
      "ageingTime: must be a whole number from 0 to 100000000 hundredths of a second",
    ],
  },
  { title: "half a hundredth of a second", props: { forwardDelay: 400.5 }, faults: [`forwardDelay: ${FORWARD}`] },
  { title: "a text for a time [15]", props: { forwardDelay: "4s" }, faults: [`forwardDelay: ${FORWARD}`] },
  {
    title: "a delay in seconds, with the spanning tree",
    props: { stp: true, forwardDelay: 15 },
    faults: ["forwardDelay: is below 200 hundredths of a second, the least with `stp` (IEEE 802.1D)"],
  },
  {
    title: "numbers beyond their field",
    props: { priority: 65536, defaultPvid: 4095 },
    faults: [
      "priority: must be a whole number from 0 to 65535",
      "defaultPvid: must be a whole number from 0 to 4094, a VLAN ID or 0 for none",
    ],
  },
  {
    title: "a number for a flag [15]",
    props: { stp: 1, vlanFiltering: "on" },
    faults: ["stp: must be true or false", "vlanFiltering: must be true or false"],
  },
  {
    title: "VLANs that there are not",
    props: { vlans: [{ vid: 0 }, { vid: 4095 }, {}] },
    faults: [`vlans[0].vid: ${VID}`, `vlans[1].vid: ${VID}`, "vlans[2].vid: is required"],
  },
  {
    title: "no VLAN in the list",
    props: { vlans: [] },
    faults: ["vlans: must name a VLAN: leave it out for what the kernel gives by itself"],
  },
  { title: "a number for a list [15]", props: { vlans: 10 }, faults: ["vlans: must be a list"] },
  {
    title: "VLANs that contradict each other",
    props: {
      vlans: [
        { vid: 10, vidEnd: 12, pvid: true },
        { vid: 11, pvid: true },
        { vid: 30, vidEnd: 20 },
      ],
    },
    faults: [
      "vlans[0].pvid: is for a single VLAN, and cannot be set for a range",
      "vlans[1].pvid: is already set for another VLAN, and there can be only one",
      "vlans[1].vid: is already in the list, alone or in a range",
      "vlans[2].vidEnd: is below `vid`",
    ],
  },
  {
    title: "a misspelt property, also of a VLAN, beside a wrong one [15]",
    props: { fowardDelay: 400, vlans: [{ vid: 10, tagged: true }], mtu: 1 },
    faults: [
      "fowardDelay: is not a property of this; did you mean `forwardDelay`?",
      "vlans[0].tagged: is not a property of this; did you mean `untagged`?",
      "mtu: is below 68, the minimum of IPv4 (RFC 791)",
    ],
  },
  {
    title: "a wrong priority that is a secret",
    props: { priority: secret("hidden") },
    faults: ["priority: must be a whole number from 0 to 65535"],
    hidden: "hidden",
  },
];
