import { type Device, deviceLabel, isKnown } from "../graph";
import type { Drop } from "../reach/types";

/** Whether a device loses all that is sent on it. */
export function lossAt(device: Device): Drop | undefined {
  for (const { kind, loss, parent, by } of device.qdiscs) {
    if (kind !== "netem" || loss === undefined) continue;
    const percent = isKnown(loss) ? Number.parseFloat(loss) : undefined;
    if (percent !== undefined && percent < 100) continue;
    const isOpen = percent === undefined || parent !== "root";
    const why = `The qdisc netem of ${deviceLabel(device)} loses ${isOpen ? "perhaps all" : "all"} that is sent there.`;
    return { code: "qdisc-loss", host: device.host, device, why, by: [by], ...(isOpen && { isOpen }) };
  }
  return undefined;
}
