import type { WrongProgram } from "./program";

export const wrongNamespaces: WrongProgram[] = [
  { title: "an empty name", props: { name: "" }, faults: ["name: must not be empty"] },
  { title: "the name `.`", props: { name: "." }, faults: ["name: must not be `.` or `..`"] },
  { title: "the name `..`", props: { name: ".." }, faults: ["name: must not be `.` or `..`"] },
  {
    title: "a name that leads out of /run/netns",
    props: { name: "../../etc/x" },
    faults: ["name: must not contain `/`: it is the name of a file under /run/netns"],
  },
  { title: "a name with a blank [16]", props: { name: "net 0" }, faults: ["name: must not contain white space"] },
  {
    title: "a name with a control character",
    props: { name: "net\u0007" },
    faults: ["name: must not contain control characters"],
  },
  {
    title: "a name that `ip` takes for an option",
    props: { name: "-all" },
    faults: ["name: must not begin with `-`, which `ip` takes for an option"],
  },
  {
    title: "a name of 256 bytes [16]",
    props: { name: "é".repeat(128) },
    faults: ["name: is longer than 255 bytes, the limit of a file name"],
  },
  { title: "a number for a name [15]", props: { name: 7 }, faults: ["name: must be a string"] },
  { title: "a text for a flag [15]", props: { loopbackUp: "yes" }, faults: ["loopbackUp: must be true or false"] },
  {
    title: "a logical name that is no name for a namespace [16]",
    name: "lab/net0",
    props: {},
    faults: [
      "name: must not contain `/`: it is the name of a file under /run/netns (it comes from the resource's logical name: set `name`)",
    ],
  },
  {
    title: "a misspelt property beside a wrong one [15]",
    props: { loopbackup: true, name: "a b" },
    faults: ["loopbackup: is not a property of this; did you mean `loopbackUp`?", "name: must not contain white space"],
  },
  {
    title: "an output given as an input [15]",
    props: { inode: 4026531840 },
    faults: ["inode: is not a property of this; there are `name`, `loopbackUp`"],
  },
];
