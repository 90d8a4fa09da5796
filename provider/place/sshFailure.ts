import { type ErrorKind, NetnsError } from "../errors";
import { ARCHITECTURES } from "./deliver";
import { parseHost } from "./host";

interface Words {
  pattern: RegExp;
  kind: ErrorKind;
  what: string;
  /** `command` is what one types to see the same. */
  todo(by: { command: string }): string;
}

const GONE = "Is it gone for good, NETNS_DELETE_UNREACHABLE=true takes what was on it for gone.";

/** How it began, behind which stands why. */
export function couldNot(host: string): string {
  return `could not reach the lab host ${host}`;
}

/**
 * What OpenSSH's client says: it has no codes, and no other languages. The first that fits: of a host to jump through, the
 * cause comes before what becomes of it.
 */
const SAID: readonly Words[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED|REVOKED HOST KEY/,
    kind: "user",
    what: "its host key is not the one that known_hosts has",
    todo: ({ command }) =>
      "Find out why: another machine may answer in its place. If it has been made anew, remove the key that is named here " +
      `and connect once by hand (\`${command}\`).`,
  },
  {
    pattern: /Host key verification failed|No \S+ host key is known/,
    kind: "user",
    what: "its host key is not known here",
    todo: ({ command }) =>
      `Connect once by hand (\`${command}\`), compare the fingerprint and say yes: the key is in known_hosts from then on.`,
  },
  {
    pattern: /Could not resolve hostname|failed: (?:Temporary failure in name resolution|Name or service not known)/,
    kind: "unreachable",
    what: "no such name is known",
    todo: () => `See the spelling of \`host\`, the name service, and \`Host\` in ~/.ssh/config. ${GONE}`,
  },
  {
    pattern: /Connection refused/,
    kind: "unreachable",
    what: "nothing listens there",
    todo: () => `See that sshd runs there, and on which port: \`ssh://HOST:PORT\`. ${GONE}`,
  },
  {
    pattern: /No route to host|Network is unreachable/,
    kind: "unreachable",
    what: "there is no way to it",
    todo: () => `See that it is on, and the network between: \`ip route get ADDRESS\`. ${GONE}`,
  },
  {
    pattern: /Connection timed out|Operation timed out|during banner exchange/,
    kind: "unreachable",
    what: "it does not answer",
    todo: () => `See that it is on, and that no firewall between drops what is sent to its ssh port. ${GONE}`,
  },
  {
    pattern: /Permission denied \(|Too many authentication failures|No supported authentication methods/,
    kind: "permission",
    what: "it does not let this user in",
    todo: ({ command }) =>
      `\`${command}\` must work without a question: put the public key into ~/.ssh/authorized_keys there, load the key ` +
      "into the agent (ssh-add), or name both by User and IdentityFile in ~/.ssh/config.",
  },
  {
    pattern: /[Bb]ad configuration option|Bad owner or permissions|Unsupported option|keyword \S+ extra arguments/,
    kind: "user",
    what: "the configuration of ssh here is not as it should be",
    todo: () => "Mend the file that it names.",
  },
  {
    pattern: /open failed: (?:administratively prohibited|connect failed: open failed|unknown channel type)/,
    kind: "permission",
    what: "its sshd forwards no sockets",
    todo: () =>
      "Set `AllowStreamLocalForwarding yes` in its sshd_config (and no DisableForwarding), and nothing that forbids it " +
      "in authorized_keys (`restrict` needs `port-forwarding` behind it).",
  },
  {
    pattern:
      /Timeout, server .* not responding|Broken pipe|Connection (?:reset|closed|to \S+ closed)|[Cc]onnection.*lost/,
    kind: "kernel",
    what: "the connection was lost",
    todo: () => "See the host and the network between. The next run goes on where this one has ended.",
  },
  {
    pattern: /^killed by SIG|Killed by signal/,
    kind: "kernel",
    what: "ssh was ended here",
    todo: () => "Run it again: it goes on where this run has ended.",
  },
];

/** Why there is no line to a host, or no more, by what ssh has said; undefined where it is not to blame. */
export function sshFailure(host: string, said: string): NetnsError | undefined {
  const words = SAID.find(({ pattern }) => pattern.test(said));
  if (!words) return undefined;
  return failure(words.kind, host, words.what, words.todo({ command: handCommand(host) }), said);
}

/** ssh has ended before the host has said a word that is known here. */
export function noShell(host: string, said: string): NetnsError {
  const todo = `\`${handCommand(host)} sh -c true\` must work, without a question: the login needs a shell that starts \`sh\`.`;
  return failure("kernel", host, "it does not run commands for this user", todo, said);
}

/** There is no client here. */
export function noSsh(host: string, { message }: Error): NetnsError {
  const todo = "Install the OpenSSH client (`openssh-client`), or put `ssh` on the PATH.";
  return failure("unsupported", host, "ssh is not installed here", todo, message);
}

/** What the host itself has found: see arrival.ts and there.ts. */
export function arrivalFailure(host: string, word: string, what: unknown): NetnsError {
  const found = String(what);
  switch (word) {
    case "system":
      return failure(
        "unsupported",
        host,
        "it is no Linux",
        "Labs are made of what Linux has: name a host with Linux.",
        found,
      );
    case "node":
      return noNode(host, found);
    case "architecture":
      return noBuild(host, found);
    case "folder":
      return failure(
        "kernel",
        host,
        "no folder for a socket can be made in its /tmp",
        "Make /tmp writable there.",
        found,
      );
    case "foreign":
      return failure(
        "permission",
        host,
        "its folder for copies is not this user's",
        "Remove it there, or mend its owner.",
        found,
      );
    default:
      return notCopied(host, what as NodeJS.ErrnoException);
  }
}

function noNode(host: string, old: string): NetnsError {
  const todo =
    "Install Node 20.19 or newer there, for all users or below the user's home: it is looked for on the PATH that " +
    `\`${handCommand(host)} 'echo $PATH'\` shows, and where nvm, fnm, volta, mise and packages put it.`;
  if (old !== "") return failure("unsupported", host, "its Node is too old", todo, old);
  return failure("unsupported", host, "it has no Node", todo);
}

function noBuild(host: string, architecture: string): NetnsError {
  const isOurs = ARCHITECTURES.some((each) => each === architecture);
  return failure(
    "unsupported",
    host,
    `there is no build of koffi here for its architecture, ${architecture}`,
    isOurs
      ? "Run `npm run prepack` in the clone that the plugin is run from: it gets the builds for x64 and arm64 from npm's registry."
      : "Lab hosts are Linux on x64 or arm64.",
  );
}

function notCopied(host: string, { code, message }: NodeJS.ErrnoException): NetnsError {
  const what = "the provider's programs could not be copied there";
  if (code === "ENOSPC" || code === "EDQUOT") {
    const todo =
      "Make room there: a copy takes 12 MB below ~/.cache/pulumi-netns, and old ones may be removed at any time.";
    return failure("kernel", host, "there is no space for the provider's programs", todo, message);
  }
  const isForbidden = code === "EACCES" || code === "EROFS" || code === "EPERM";
  const todo =
    "See that the user can write in ~/.cache there (or in XDG_CACHE_HOME, where that is set for each login).";
  return failure(isForbidden ? "permission" : "kernel", host, what, todo, message);
}

function failure(kind: ErrorKind, host: string, what: string, todo: string, said?: string): NetnsError {
  const indented = said?.split("\n").join("\n  ");
  return new NetnsError({ kind, tried: `${couldNot(host)}: ${what}`, said: indented || undefined, todo });
}

/** What one types to see the same. */
function handCommand(url: string): string {
  const { user, host, port } = parseHost(url);
  return ["ssh", ...(port === undefined ? [] : ["-p", port]), user === undefined ? host : `${user}@${host}`].join(" ");
}
