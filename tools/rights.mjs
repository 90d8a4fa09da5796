import { readFileSync } from "node:fs";
import { saysPlace } from "./saysPlace.mjs";
import { findOnPath, quote, Stop } from "./shell.mjs";

const capabilities = { CAP_NET_ADMIN: 12, CAP_SYS_ADMIN: 21 };

/** Ends with one clear message when `npm run COMMAND` would change the kernel and cannot. */
export function requireMeans({ command, args, folder, stack, env = process.env, status = ownStatus() }) {
  const isElsewhere = saysPlace({ folder, stack, env }, ["host", "sandbox"]);
  if (isElsewhere) {
    return;
  }
  if (!mayChangeKernel(status) && !saysPlace({ folder, stack, env }, ["sudo"])) {
    throw new Stop(
      [
        `npm run ${command} works on this machine's network namespaces, which takes root's rights. Run:`,
        `  ${sudoLine(command, args, env)}`,
        `or, in a sandbox, which takes none:`,
        `  npm run ${command} -- --sandbox${args.map((word) => ` ${quote(word)}`).join("")}`,
      ].join("\n"),
    );
  }
  if (!hasIp(env)) {
    throw new Stop(
      [
        `npm run ${command} needs iproute2, and there is no \`ip\` on PATH. Run, or your system's like of it:`,
        "  apt-get install iproute2",
      ].join("\n"),
    );
  }
}

/** Why a preview cannot look at the kernel here, or nothing when it can. */
export function whyOffline({ folder, stack, env = process.env, status = ownStatus() }) {
  if (env.NETNS_OFFLINE !== undefined || saysPlace({ folder, stack, env }, ["host", "sandbox"])) {
    return undefined;
  }
  if (!hasIp(env)) {
    return "this machine has no iproute2";
  }
  return mayChangeKernel(status) || saysPlace({ folder, stack, env }, ["sudo"])
    ? undefined
    : "this user may not look into network namespaces";
}

export function mayChangeKernel(status) {
  const effective = BigInt(`0x${status.match(/^CapEff:\s*([0-9a-f]+)/m)?.[1] ?? "0"}`);
  return Object.values(capabilities).every((bit) => (effective >> BigInt(bit)) & 1n);
}

// sudo starts with a PATH and a HOME of its own, and drops the rest: what this user relies on is named.
function sudoLine(command, args, env) {
  const kept = Object.keys(env).filter((name) => /^((PULUMI|NETNS)_.*|XDG_CACHE_HOME)$/.test(name));
  const words = ["PATH", "HOME", ...kept.sort()].map((name) => `"${name}=$${name}"`);
  const rest = args.length > 0 ? ["--", ...args.map(quote)] : [];
  return ["sudo", "env", ...words, "npm", "run", command, ...rest].join(" ");
}

function hasIp(env) {
  return Boolean(findOnPath("ip", `${env.PATH}:/usr/sbin:/sbin`));
}

export function ownStatus() {
  try {
    return readFileSync("/proc/self/status", "utf8");
  } catch {
    return "";
  }
}
