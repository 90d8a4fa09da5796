import * as netns from "pulumi-netns";

const { topology } = netns.labOutput({
  hosts: { srl: { forwarding: true }, frr: { forwarding: true } },
  links: [{ between: ["srl", "frr"] }],
});
new netns.Topology("srlfrr01", topology);
