import { findOnPath } from "./shell.mjs";

/** What Debian calls the package of a program that a fresh machine may lack. */
const packages = { ping: "iputils-ping" };

/** What to say of the command that a lab is tried with: how to type it, and what to install first where it needs that. */
export function tryNext(command, searchPath) {
  const [, inner] = /^ip netns exec \S+ (\S+)/.exec(command) ?? [];
  const needed = [command.split(" ")[0], ...(inner ? [inner] : [])];
  const missing = needed.filter((program) => !findOnPath(program, searchPath));
  return [`Try next: ${command}`, ...missing.map(toInstall)].join("\n");
}

function toInstall(program) {
  const how = packages[program]
    ? `apt-get install ${packages[program]}, or your system's like of it`
    : "install it first";
  return `This machine has no ${program} yet: ${how}.`;
}
