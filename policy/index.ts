import { PolicyPack, type StackValidationArgs, type StackValidationPolicy } from "@pulumi/policy";
import { type Check, checks, findingsOf } from "../provider/model/findings";
import { graphOf } from "../provider/model/graph";
import { labelOf, resourcesOf } from "../provider/model/resources";
import { plain } from "./plain";

/** A policy for each finding, made of the list of them: it sees the whole stack, single resources and Topologies alike. */
new PolicyPack("netns", { policies: checks.map(policyOf) });

function policyOf({ code, title, level }: Check): StackValidationPolicy {
  return {
    name: code,
    description: title,
    enforcementLevel: level === "error" ? "mandatory" : "advisory",
    validateStack({ resources }, report) {
      for (const { resources: about, what, todo } of found(resources).filter((one) => one.code === code)) {
        const [first] = about;
        const urn = resources.find(({ name, type }) => name === first?.name && type.startsWith("netns:"))?.urn;
        report(`${what}\n${about.map(labelOf).join(", ")}: ${todo}`, urn);
      }
    },
  };
}

/** Each policy is asked about the same stack, one after the other. */
let last: { key: string; findings: ReturnType<typeof findingsOf> } | undefined;

function found(resources: StackValidationArgs["resources"]): ReturnType<typeof findingsOf> {
  const ours = resources.filter(({ type }) => type.startsWith("netns:index:"));
  const written = ours.map(({ urn, type, props }) => ({ urn, type, outputs: plain(props) }));
  const key = JSON.stringify(written);
  if (last?.key !== key) last = { key, findings: findingsOf(graphOf(resourcesOf(written))) };
  return last.findings;
}
