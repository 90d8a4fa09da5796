import { deviceSuite } from "../support/suites/deviceSuite";
import { hasDummy } from "../support/suites/kernelOptions";

deviceSuite({
  type: "Dummy",
  linkType: "dummy",
  option: "CONFIG_DUMMY",
  isBuilt: hasDummy,
  props: {},
  foreign: "type dummy",
  mtu: 1500,
});
