import { deviceSuite } from "../support/deviceSuite";
import { hasDummy } from "../support/kernelPart";

deviceSuite({
  type: "Dummy",
  linkType: "dummy",
  option: "CONFIG_DUMMY",
  isBuilt: hasDummy,
  props: {},
  foreign: "type dummy",
  mtu: 1500,
});
