import { grouped } from "../../core/values";
import type { Device } from "../graph";
import { mtuOf } from "../mtu";
import type { Lab } from "./finding";

/** So many are looked at of those who hear the same, so that a lab of thousands is looked at in no time. */
const MOST = 20;

/** Whether somebody with an address sends larger packets than that by a device, to somebody else who has one. */
export function areLargerSent(lab: Lab, through: Device, size: number): boolean {
  const senders = lab.devices.filter(
    (one) => hasAddress(one) && (mtuOf(one, lab.domains.wiring.ports.get(one)) ?? 0) > size,
  );
  return [...grouped(senders, (one) => lab.domains.of(one)).values()]
    .flatMap((alike) => alike.slice(0, MOST))
    .some((sender) =>
      lab.domains.heardThrough(sender, through).some((one) => one.host !== sender.host && hasAddress(one)),
    );
}

function hasAddress({ addresses }: Device): boolean {
  return addresses.length > 0;
}
