import { type Device, deviceLabel } from "../graph";
import { isSameRange } from "../inet";
import { withAll } from "../reach/settings";
import type { Check, Found, Lab } from "./finding";
import { pairsOnOneHost } from "./pairs";

/** Such values keep a host from answering for an address of the very device that is asked. */
const ANSWERS_NOBODY = [3, 8];

export const arpTrap: Check = {
  code: "arp-trap",
  title: "Both ends of a network are in one namespace",
  level: "error",
  find(lab) {
    return pairsOnOneHost(lab).flatMap(({ one, other }): Found[] => {
      if (
        one.family !== "inet" ||
        !isSameRange(one.network, other.network) ||
        !isAllBetween(lab, one.device, other.device)
      ) {
        return [];
      }
      const missing = [one.device, other.device].flatMap(missingOn);
      if (missing.length === 0) return [];
      return [
        {
          resources: [one.by, other.by],
          what:
            `${deviceLabel(one.device)} and ${deviceLabel(other.device)} are both ends of the network of ` +
            `${one.address}, in one namespace: each drops what comes from the other, even ARP requests, because ` +
            "the source is one of the host's own addresses.",
          todo: `Put one end in another namespace, or set ${missing.join(", ")}.`,
        },
      ];
    });
  },
};

/** What one sends gets to the other, and to nobody else: with others there it may all be for them. */
function isAllBetween({ domains }: Lab, one: Device, other: Device): boolean {
  const [near, far] = [domains.of(one), domains.of(other)];
  const isNobody = ({ host, link, addresses }: Device) =>
    host === one.host || (link?.type === "bridge" && addresses.length === 0);
  return (
    (near.devices.has(other) || far.devices.has(one)) &&
    [near, far].every(({ devices, isOpen }) => !isOpen && [...devices].every(isNobody))
  );
}

function missingOn(device: Device): string[] {
  const key = (name: string) => `net.ipv4.conf.${device.name.replaceAll(".", "/")}.${name}`;
  const is = (name: string) => withAll(device, "inet", name).value;
  const ignores = is("arp_ignore");
  return [
    ...(is("accept_local") === 0 ? [`${key("accept_local")}=1`] : []),
    ...(is("rp_filter") === 1 ? [`${key("rp_filter")}=0`] : []),
    ...(typeof ignores === "number" && ANSWERS_NOBODY.includes(ignores) ? [`${key("arp_ignore")}=0`] : []),
  ];
}
