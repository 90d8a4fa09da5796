import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const ok = { bridge: "br0", device: "veth0" };

export const wrongBridgePorts: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["bridge: is required", "device: is required"] },
  {
    title: "names that no device can have [16]",
    props: { bridge: "br 0", device: "the-veth-of-lab-1" },
    faults: ["bridge: must not contain white space", "device: is longer than 15 bytes, the kernel's limit (IFNAMSIZ)"],
  },
  {
    title: "the bridge for a port of itself",
    props: { bridge: "br0", device: "br0" },
    faults: ["device: is the bridge itself, which is no port of its own"],
  },
  {
    title: "numbers beyond their field",
    props: { ...ok, cost: 0, priority: 64 },
    faults: ["cost: must be a whole number from 1 to 65535", "priority: must be a whole number from 0 to 63"],
  },
  {
    title: "words for flags [15]",
    props: { ...ok, hairpin: "on", isolated: 1, learning: "off", flood: [], guard: {}, rootBlock: "yes" },
    faults: ["hairpin", "isolated", "learning", "flood", "guard", "rootBlock"].map(
      (flag) => `${flag}: must be true or false`,
    ),
  },
  {
    title: "faults of single properties and between them [15]",
    props: { ...ok, cots: 5, device: "br0", vlans: [{ vid: 1 }, { vid: 1 }] },
    faults: [
      "cots: is not a property of this; did you mean `cost`?",
      "device: is the bridge itself, which is no port of its own",
      "vlans[1].vid: is already in the list, alone or in a range",
    ],
  },
  {
    title: "a wrong device that is a secret",
    props: { ...ok, device: secret("hidden/1") },
    faults: ["device: must not contain `/`"],
    hidden: "hidden",
  },
];
