import { outputOf } from "../../../support/engine/declared";
import { ELSEWHERE, type Specimen } from "./specimen";

const needs: Specimen["needs"] = (at) => [
  {
    type: "VethPair",
    name: "pair",
    props: { a: { name: "veth0", namespace: at }, b: { name: "veth1", namespace: at } },
  },
];

export const address: Specimen = {
  type: "Address",
  variant: "v4",
  props: (at) => ({ namespace: at, device: "lo", address: "10.9.0.1/24" }),
  full: { peer: "10.9.0.9", broadcast: "10.9.0.255", label: "lo:one", scope: "link" },
  id: (at) => `${at}/lo/10.9.0.1/24`,
  shown: /"local":"10.9.0.1"/,
  gone: "ip addr flush dev lo to 10.9.0.1",
  foreign: "ip addr add 10.9.0.1/24 dev lo",
  unmanaged: "ip addr add 10.9.0.77/24 dev lo && ip addr add 10.77.0.1/24 dev veth0",
  edits: {},
  replacements: {
    namespace: { value: () => outputOf(ELSEWHERE, "name") },
    device: { value: (it) => outputOf(`${it}-pair`, "a.name") },
    address: { value: () => "10.9.0.2/24" },
    peer: { value: () => "10.9.0.9" },
    broadcast: { value: () => "10.9.0.255", byHand: again("broadcast 10.9.0.127") },
    label: { value: () => "lo:one", byHand: again("label lo:two") },
    scope: { value: () => "link", byHand: again("scope host") },
  },
  spellings: [],
  needs,
  badIds: ["net0/lo/10.9.0.1", "net0/lo/10.9.0.256/24", "10.9.0.1/24"],
};

export const address6: Specimen = {
  type: "Address",
  variant: "v6",
  props: (at, it) => ({ namespace: at, device: outputOf(`${it}-pair`, "a.name"), address: "2001:db8::1/64" }),
  full: { noDad: true },
  id: (at) => `${at}/veth0/2001:db8::1/64`,
  shown: /"local":"2001:db8::1"/,
  gone: "ip addr del 2001:db8::1/64 dev veth0",
  foreign: "ip link add veth0 type veth peer name veth1 && ip addr add 2001:db8::1/64 dev veth0",
  unmanaged: "ip addr add 2001:db8::77/64 dev veth0 nodad",
  edits: {},
  replacements: { noDad: { value: () => true } },
  spellings: [
    [{ address: "2001:db8::a/64" }, { address: "2001:0DB8:0:0:0:0:0:000A/64" }],
    [{ peer: "2001:db8::9" }, { peer: "2001:0db8::0009" }],
    [{}, { noDad: false }],
  ],
  needs,
  badIds: ["net0/lo/2001:db8::1", "net0/lo/2001:db8::1/129"],
};

function again(words: string): string {
  return `ip addr del 10.9.0.1/24 dev lo && ip addr add 10.9.0.1/24 dev lo ${words}`;
}
