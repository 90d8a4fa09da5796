import { spoke, star as starOf } from "../../test/support/inputs/star";
import type { Shape } from "./shape";

export const star: Shape = {
  id: "star",
  about:
    "A namespace `switch` and N more, each joined to it by a veth pair, with an address; both ends of each are up.",
  ns: [10, 100, 500, 1000, 4000],
  inputs: (n, isEdited) => starOf(n, isEdited ? { 1: { mtu: 1400 } } : {}),
  hand: (n) => `ip -n ${spoke(n).name} address del ${spoke(n).address} dev eth0`,
};
