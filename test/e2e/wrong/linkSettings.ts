import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const NOTHING = "must be given something to set: `up`, `mtu`, `mac`, `txQueueLength`, `offloads`";

export const wrongLinkSettings: WrongProgram[] = [
  { title: "nothing at all", props: {}, faults: ["device: is required", `device: ${NOTHING}`] },
  { title: "nothing to set", props: { device: "eth0" }, faults: [`device: ${NOTHING}`] },
  { title: "no offload to set", props: { device: "eth0", offloads: {} }, faults: [`device: ${NOTHING}`] },
  {
    title: "a MAC address for lo",
    props: { device: "lo", mac: "02:00:00:00:00:01" },
    faults: ["mac: is not for `lo`, which has none"],
  },
  {
    title: "a fault in every property [15]",
    props: {
      namespace: "a/b",
      device: "a/b",
      up: "yes",
      mtu: 65537,
      mac: "02-00-00-00-00-01",
      txQueueLength: -1,
      offloads: { tx: 1, rx: "off", tso: null, gso: [], gro: {}, lro: false },
      txqueuelen: 5,
    },
    faults: [
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "device: must not contain `/`",
      "up: must be true or false",
      "mtu: is above 65536, the most that a device takes",
      "mac: must be six bytes in hexadecimal with colons, such as 02:00:00:00:00:01",
      "txQueueLength: is below 0, the kernel's minimum",
      "offloads.tx: must be true or false",
      "offloads.rx: must be true or false",
      "offloads.gso: must be true or false",
      "offloads.gro: must be true or false",
      "offloads.lro: is not a property of this; did you mean `gro`?",
      "txqueuelen: is not a property of this; did you mean `txQueueLength`?",
    ],
  },
  {
    title: "a wrong MAC address that is a secret",
    props: { device: "eth0", mac: secret("hidden") },
    faults: ["mac: must be six bytes in hexadecimal with colons, such as 02:00:00:00:00:01"],
    hidden: "hidden",
  },
];
