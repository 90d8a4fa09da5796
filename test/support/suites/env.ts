/** The types of all programs are checked already (tools/test.mjs): each run of one need not do it again, for seconds. */
const UNCHECKED = { PULUMI_NODEJS_TRANSPILE_ONLY: "true" };

Object.assign(process.env, UNCHECKED);

/** The environment of this process without its own settings for Pulumi, for netns and for what started it. */
export function plainEnv(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PULUMI|NETNS|npm)_|^INIT_CWD$/.test(name));
  return { ...Object.fromEntries(own), ...UNCHECKED };
}
