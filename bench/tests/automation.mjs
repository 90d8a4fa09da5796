import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { last, star } from "./star.mjs";

/** `automation.mjs COUNT LABS PLUGIN`: the same by Pulumi's Automation API, as root. */
const [count, labs, path] = process.argv.slice(2);
const program = async () => star(Number(count), false)();
for (let left = Number(labs); left > 0; left--) {
  const lab = await LocalWorkspace.createOrSelectStack(
    { projectName: "lab", stackName: "test", program },
    {
      projectSettings: { name: "lab", runtime: "nodejs", plugins: { providers: [{ name: "netns", path }] } },
      envVars: { PULUMI_BACKEND_URL: `file://${mkdtempSync("/run/lab-")}`, PULUMI_CONFIG_PASSPHRASE: "test" },
    },
  );
  await lab.up();
  execFileSync("ip", ["netns", "exec", "h1", "ping", "-c1", "-W1", last(count)]);
  console.log("answered");
  await lab.destroy();
}
