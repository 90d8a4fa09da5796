import { spawnSync } from "node:child_process";
import { readState } from "./lab.mjs";
import { mayChangeKernel, ownStatus } from "./rights.mjs";
import { saysPlace } from "./saysPlace.mjs";

/**
 * The sandbox that a command of `npm run` has its lab in, unless the user's configuration says where it is. `asked`: by
 * `--sandbox`. A user without rights has one anyway, but for a lab that is somewhere else already.
 */
export function chooseSandbox(place) {
  const { asked, stack, env = process.env, status = ownStatus(), canMake = canMakeNamespaces } = place;
  if (asked) {
    return sandboxName(stack);
  }
  if (mayChangeKernel(status) || env.NETNS_OFFLINE !== undefined || saysPlace(place)) {
    return undefined;
  }
  const recorded = recordedPlaces(place);
  if (recorded?.length === 0) {
    return canMake() ? sandboxName(stack) : undefined;
  }
  return recorded?.[0];
}

/** What to say when a user without rights gets a sandbox. */
export function aboutSandbox(name) {
  return (
    `This user is not root, so the lab is in a sandbox, ${name}: a network and /run of its own, where this user is root.\n` +
    "`netns exec HOST -- COMMAND` gets into its hosts, `netns sandbox enter " +
    `${name}\` into itself; eval "$(npm run --silent env)" puts netns on the PATH.`
  );
}

/** The stack's own name, as sandboxes may be called: all projects of a stack are in one, as they are on a machine. */
function sandboxName(stack) {
  const name = stack
    .split("/")
    .at(-1)
    .replace(/[^\w.-]/g, "-");
  return name.replace(/^[^A-Za-z0-9]/, "s").slice(0, 63);
}

/** Of each netns provider in the stack its sandbox, undefined where it has none. Nothing where the state cannot be seen. */
function recordedPlaces({ folder, stack, env }) {
  const resources = readState({ folder, stack, env });
  const providers = resources?.filter(({ type }) => type === "pulumi:providers:netns");
  return providers?.map(({ inputs }) => inputs?.sandbox);
}

function canMakeNamespaces() {
  const argv = ["--user", "--map-root-user", "--net", "--mount", "true"];
  return spawnSync("unshare", argv, { stdio: "ignore" }).status === 0;
}
