import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** What says where a lab is: see provider/core/config.ts. */
const PLACES = ["host", "sandbox", "sudo"];

/** Whether the user's own configuration says where the labs are, in any of these ways. */
export function saysPlace({ folder, stack, env = process.env }, keys = PLACES) {
  const files = ["Pulumi.yaml", `Pulumi.${stack}.yaml`].map((name) => path.join(folder, name)).filter(existsSync);
  const texts = files.map((file) => readFileSync(file, "utf8"));
  return keys.some((key) => {
    const value = env[`NETNS_${key.toUpperCase()}`];
    const wanted = key === "sudo" ? "true\\b" : "\\S";
    return value === undefined || value === ""
      ? texts.some((text) => new RegExp(`^\\s*netns:${key}:\\s*["']?${wanted}`, "m").test(text))
      : key !== "sudo" || /^(1|true)$/i.test(value);
  });
}
