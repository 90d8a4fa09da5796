import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const USER = "must be a name or a number of a user";
const GROUP = "must be a name or a number of a group";

export const wrongTaps: WrongProgram[] = [
  {
    title: "a fault in every property [15]",
    props: {
      ...{ name: "a b", namespace: "a/b", mac: "01:00:5e:00:00:01", mtu: 67, up: "yes", mode: "bridge" },
      ...{ user: "a b", group: -1, multiQueue: 1, queues: 2 },
    },
    faults: [
      "name: must not contain white space",
      "namespace: must be a name under /run/netns or an absolute path such as /proc/4242/ns/net",
      "mac: is a multicast address (its first byte is odd)",
      "mtu: is below 68, the minimum of IPv4 (RFC 791)",
      "up: must be true or false",
      "mode: must be tap or tun",
      `user: ${USER}`,
      `group: ${GROUP}`,
      "multiQueue: must be true or false",
      "queues: is not a property of this; there are `namespace`, `name`, `mac`, `mtu`, `up`, `mode`, `user`, `group`, `multiQueue`",
    ],
  },
  {
    title: "a logical name that is no name for a device [16]",
    name: "lab/tap",
    props: {},
    faults: ["name: must not contain `/` (it comes from the resource's logical name: set `name`)"],
  },
  {
    title: "a MAC address for a tun",
    props: { mode: "tun", mac: "02:00:00:00:00:01" },
    faults: ["mac: is not for a `tun`, which has none"],
  },
  {
    title: "frames that are too long",
    props: { mtu: 65535 },
    faults: ["mtu: is above 65521, the most that a `tap` takes"],
  },
  {
    title: "owners of no sort",
    props: { user: 4294967295, group: true },
    faults: [`user: ${USER}`, `group: ${GROUP}`],
  },
  {
    title: "a wrong user that is a secret",
    props: { user: secret("hid den") },
    faults: [`user: ${USER}`],
    hidden: "hid den",
  },
];
