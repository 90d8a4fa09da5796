import { deviceLabel } from "../graph";
import { deviceSetting } from "../reach/settings";
import { andMore, type Check, type Found } from "./finding";

export const ipv6Disabled: Check = {
  code: "ipv6-disabled",
  title: "An IPv6 address is on a device where IPv6 is disabled",
  level: "error",
  find(lab) {
    return lab.devices.flatMap((device): Found[] => {
      const own = lab.addressesOf(device).filter(({ family }) => family === "inet6");
      if (own.length === 0 || deviceSetting(device, "inet6", "disable_ipv6").value !== 1) return [];
      const set = [...device.host.sysctls.values()].filter(({ key }) => /\.disable_ipv6$/.test(String(key)));
      return [
        {
          resources: [...own, ...set].map(({ by }) => by),
          what:
            `${andMore(own.map(({ address }) => address))} cannot be on ${deviceLabel(device)}: its ` +
            "disable_ipv6 is 1, and the kernel refuses the address.",
          todo: "Leave the address out, or set disable_ipv6 of the device to 0.",
        },
      ];
    });
  },
};
