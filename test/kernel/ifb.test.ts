import { deviceSuite } from "../support/suites/deviceSuite";
import { hasIfb } from "../support/suites/kernelOptions";

deviceSuite({
  type: "Ifb",
  linkType: "ifb",
  option: "CONFIG_IFB",
  isBuilt: hasIfb,
  props: {},
  foreign: "type ifb",
  mac: "fixed",
  mtu: 1500,
});
