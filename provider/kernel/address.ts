import { familyOf } from "../core/ip";
import { type AddressValues, addAddress, delAddress, IFA_F } from "../netlink/address";
import { AF, RT_SCOPE } from "../netlink/ip";
import type { Request } from "../netlink/message";
import type { AddressedLink } from "./addressRow";
import type { Looking } from "./looking";
import type { Place, Words } from "./words";

/** The devices of a namespace, or one of them, with their addresses; undefined when namespace or device is not there. */
export async function showAddresses(
  kernel: Looking,
  netns: string | undefined,
  device?: string,
): Promise<AddressedLink[] | undefined> {
  return device === undefined ? kernel.devices(netns) : kernel.device(netns, device);
}

export function scopeNumber(word: string): number {
  return Object.hasOwn(RT_SCOPE, word) ? RT_SCOPE[word as keyof typeof RT_SCOPE] : Number(word);
}

/** `ip addr` as a request to the kernel. */
export function addressRequest(words: Words, place: Place): Request {
  const verb = words.next();
  if (verb !== "add" && verb !== "del") throw new Error(`there is no \`ip addr ${verb}\` here`);
  const [own = "", length] = words.next().split("/");
  const family = familyOf(own);
  const values: AddressValues = {
    ...{ family: AF[family], local: own, address: own, scope: RT_SCOPE[own.startsWith("127.") ? "host" : "global"] },
    prefixlen: Number(length ?? 0),
  };
  const to = words.into(values);
  words.each({
    dev: to("index", place.index),
    peer: () => {
      const [peer = "", itsLength] = words.next().split("/");
      Object.assign(values, { address: peer, prefixlen: Number(itsLength) });
    },
    broadcast: to("broadcast"),
    label: to("label"),
    scope: to("scope", scopeNumber),
    nodad: () => {
      values.flags = IFA_F.nodad;
    },
  });
  return verb === "add" ? addAddress(values) : delAddress(values);
}
