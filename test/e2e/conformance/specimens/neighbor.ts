import { outputOf } from "../../../support/engine/declared";
import { ELSEWHERE, type Specimen } from "./specimen";

/** On lo, which every namespace has. */
export const neighbor: Specimen = {
  type: "Neighbor",
  props: (at) => ({ namespace: at, device: "lo", address: "2001:db8::2", mac: "02:00:00:00:00:0a" }),
  full: { router: true },
  id: (at) => `${at}/lo/2001:db8::2`,
  shown: /"dst":"2001:db8::2"/,
  gone: "ip neigh del 2001:db8::2 dev lo",
  foreign: "ip neigh add 2001:db8::2 lladdr 02:00:00:00:00:0a dev lo",
  unmanaged: "ip neigh add 2001:db8::77 lladdr 02:00:00:00:00:77 dev lo && ip neigh add proxy 2001:db8::2 dev lo",
  edits: {
    mac: {
      value: "02:00:00:00:00:0b",
      touches: /^neighbor /,
      byHand: "ip neigh replace 2001:db8::2 lladdr 02:00:00:00:00:0c dev lo nud permanent",
    },
    router: {
      value: true,
      touches: /^neighbor /,
      byHand: "ip neigh replace 2001:db8::2 lladdr 02:00:00:00:00:0a dev lo nud permanent",
    },
  },
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    device: { value: (it) => outputOf(`${it}-pair`, "a.name") },
    address: { value: () => "2001:db8::3" },
  },
  spellings: [
    [{ address: "2001:db8::a" }, { address: "2001:0DB8::000A" }],
    [{}, { mac: "02:00:00:00:00:0A", proxy: false, router: false }],
  ],
  needs: (at) => [
    {
      type: "VethPair",
      name: "pair",
      props: { a: { name: "veth0", namespace: at }, b: { name: "veth1", namespace: at } },
    },
  ],
  // No change of it goes without one of `mac`.
  onlyInKernelTest: ["proxy"],
  badIds: ["net0/lo", "net0/lo/10.0.0.1/24", "10.0.0.1"],
};
