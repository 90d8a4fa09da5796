import { type Config, parseConfig } from "../core/config";
import { type Json, pathText } from "../core/values";
import { NetnsError } from "../errors";

/** The configuration, in which nothing is wrong. */
export function checkedConfig(values: Json, env: NodeJS.ProcessEnv): Config {
  const { config, faults } = parseConfig(values, env);
  if (faults.length === 0) return config;
  throw new NetnsError({
    kind: "user",
    tried: "the netns provider cannot be configured like this",
    said: faults.map(({ path, reason }) => `${pathText(path)} ${reason}`).join("; "),
    todo: "See `pulumi config` and the NETNS_ variables of the environment.",
  });
}
