import { secret } from "../../support/engine/declared";
import type { WrongProgram } from "./program";

const FLAG = "must be true or false";

export const wrongProviders: WrongProgram[] = [
  { title: "a word for a flag", props: { offline: "maybe" }, faults: [`offline: ${FLAG}`] },
  {
    title: "a level that there is not",
    props: { findings: "fatal" },
    faults: ["findings: must be off, warn or error"],
  },
  { title: "less than a second", props: { timeoutSeconds: 0 }, faults: ["timeoutSeconds: is below 1 second"] },
  {
    title: "half a second",
    props: { timeoutSeconds: 0.5 },
    faults: ["timeoutSeconds: must be a whole number of seconds"],
  },
  {
    title: "faults everywhere and a misspelt property [15] [17]",
    props: { offlien: true, sudo: 2, timeoutSeconds: 100000 },
    faults: [
      "offlien: is not a property of this; did you mean `offline`?",
      `sudo: ${FLAG}`,
      "timeoutSeconds: is above 86400 seconds, which is a day",
    ],
  },
  {
    title: "a wrong value that is a secret",
    props: { sudo: secret("hidden") },
    faults: [`sudo: ${FLAG}`],
    hidden: "hidden",
  },
];

/** The same by `pulumi config set`, for the default provider of a resource that is all right. */
export const wrongConfigs: WrongProgram[] = [
  {
    title: "a word for a flag",
    props: {},
    config: { "netns:sudo": "maybe" },
    faults: [`sudo: ${FLAG}`],
  },
  {
    title: "faults in two keys [17]",
    props: {},
    config: { "netns:offline": "2", "netns:timeoutSeconds": "soon" },
    faults: [`offline: ${FLAG}`, "timeoutSeconds: must be a whole number of seconds"],
  },
  {
    title: "a misspelt key [15] [17]",
    props: {},
    config: { "netns:timeoutSecond": "5" },
    faults: ["timeoutSecond: is not a property of this; did you mean `timeoutSeconds`?"],
  },
];
