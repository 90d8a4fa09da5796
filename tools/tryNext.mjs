import { findOnPath, quote } from "./shell.mjs";

/** What Debian calls the package of a program that a fresh machine may lack. */
const packages = { ping: "iputils-ping" };

/**
 * What to say of the command that a lab is tried with: how to type it, and what to install first where it needs that. In a
 * sandbox, it is `netns` that leads to the lab, and to the stack of a folder other than this one.
 */
export function tryNext(command, searchPath, { sandbox, folder } = {}) {
  const [, host, inner, rest = ""] = /^ip netns exec (\S+) (\S+)(.*)/.exec(command) ?? [];
  const needed = [...(sandbox && inner ? [] : [command.split(" ")[0]]), ...(inner ? [inner] : [])];
  const missing = needed.filter((program) => !findOnPath(program, searchPath));
  const netns = `eval "$(npm run --silent env)"; netns${folder ? ` -C ${quote(folder)}` : ""}`;
  const within = inner ? `exec ${host} -- ${inner}${rest}` : `sandbox enter ${sandbox} -- ${command}`;
  return [`Try next: ${sandbox ? `${netns} ${within}` : command}`, ...missing.map(toInstall)].join("\n");
}

function toInstall(program) {
  const how = packages[program]
    ? `apt-get install ${packages[program]}, or your system's like of it`
    : "install it first";
  return `This machine has no ${program} yet: ${how}.`;
}
