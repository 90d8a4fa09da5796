import * as netns from "pulumi-netns";

const spines = ["spine1", "spine2"];
const leaves = ["leaf1", "leaf2", "leaf3", "leaf4"];

const { topology } = netns.labOutput({
  hosts: Object.fromEntries([...spines, ...leaves].map((name) => [name, { forwarding: true }])),
  links: leaves.flatMap((leaf) => spines.map((spine) => ({ between: [leaf, spine] }))),
});
new netns.Topology("templated01", topology);
