import assert from "node:assert/strict";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { NetnsError } from "../../provider/errors";
import { forwardedSocket, type SshOptions } from "../../provider/place/ssh";
import { sshFailure } from "../../provider/place/sshFailure";
import { copyPlugin, remove, scratch } from "../support/engine/project";
import { CLOSED_PORT, SshLab } from "../support/labHost/sshLab";
import { openThere, runThere } from "../support/labHost/sshRun";
import { needs } from "../support/suites/needs";

const CACHE = "/home/ann/.cache";
const NODE_TODO =
  "Install Node 20.19 or newer there, for all users or below the user's home: it is looked for on the PATH that " +
  "`ssh ann@lab1 'echo $PATH'` shows, and where nvm, fnm, volta, mise and packages put it.";
const COPY_TODO =
  "See that the user can write in ~/.cache there (or in XDG_CACHE_HOME, where that is set for each login).";

const GONE = "Is it gone for good, NETNS_DELETE_UNREACHABLE=true takes what was on it for gone.";

/** What is wrong, what the user is told then, and what the kernel, ssh or the host have said of it. */
interface Case {
  what: string;
  options?: Partial<SshOptions>;
  /** Lines of sh that have the host be so, as root there, and that mend it. */
  spoil?: string;
  mend?: string;
  kind: NetnsError["kind"];
  tried: string;
  said?: RegExp;
  todo: string;
}

const HAND =
  "`ssh ann@lab1` must work without a question: put the public key into ~/.ssh/authorized_keys there, load the key ";

describe("Where a lab host cannot be used over ssh, an error says", function () {
  this.timeout(60_000);
  let lab: SshLab;
  const searchPath = process.env.PATH;

  before(needs("root", "nsenter", "ip", "ssh", "sshd", "nft"));
  before(async () => {
    lab = await SshLab.start();
    process.env.PATH = lab.env.PATH;
    const other = ["Host stranger changed", "HostName 192.0.2.10"];
    await lab.configure("stranger", ["Host stranger", `UserKnownHostsFile ${lab.folder}/nobody`, ...other]);
    await lab.configure("changed", ["Host changed", `UserKnownHostsFile ${lab.folder}/changed`, ...other]);
    const key = path.join(lab.folder, "home/.ssh/id_ed25519.pub");
    await lab.engine.run(["sh", "-c", `echo "192.0.2.10 $(cut -d' ' -f1,2 ${key})" > ${lab.folder}/changed`]);
  });
  after(async () => {
    process.env.PATH = searchPath;
    await lab?.stop();
  });

  const there = (command: string) => lab.host("lab1").lab.run(["sh", "-ec", command], { cwd: "/" });
  const NODE = process.execPath;

  const cases: Case[] = [
    {
      what: "that its host key is not known",
      options: { host: "ssh://ann@stranger" },
      kind: "user",
      tried: "its host key is not known here",
      said: /^ssh ended with 255\n {2}Host key verification failed\.$/,
      todo: "Connect once by hand (`ssh ann@stranger`), compare the fingerprint and say yes: the key is in known_hosts from then on.",
    },
    {
      what: "that its host key has changed",
      options: { host: "ssh://ann@changed" },
      kind: "user",
      tried: "its host key is not the one that known_hosts has",
      said: /REMOTE HOST IDENTIFICATION HAS CHANGED(?:.|\n)*Host key verification failed\.$/,
      todo:
        "Find out why: another machine may answer in its place. If it has been made anew, remove the key that is named here " +
        "and connect once by hand (`ssh ann@changed`).",
    },
    {
      what: "that nobody knows its name",
      options: { host: "ssh://nowhere.invalid" },
      kind: "unreachable",
      tried: "no such name is known",
      said: /Could not resolve hostname nowhere\.invalid/,
      todo: `See the spelling of \`host\`, the name service, and \`Host\` in ~/.ssh/config. ${GONE}`,
    },
    {
      what: "that nothing listens on its port",
      options: { host: "ssh://ann@lab1:2" },
      kind: "unreachable",
      tried: "nothing listens there",
      said: /port 2: Connection refused$/,
      todo: `See that sshd runs there, and on which port: \`ssh://HOST:PORT\`. ${GONE}`,
    },
    {
      what: "that no way leads to it",
      options: { host: "ssh://[2001:db8::7]" },
      kind: "unreachable",
      tried: "there is no way to it",
      said: /Network is unreachable$/,
      todo: `See that it is on, and the network between: \`ip route get ADDRESS\`. ${GONE}`,
    },
    {
      what: "that it does not answer",
      options: { connectSeconds: 1 },
      spoil: `nft 'table ip silent { chain in { type filter hook input priority 0; tcp dport 22 drop; }; }'`,
      mend: "nft delete table ip silent",
      kind: "unreachable",
      tried: "it does not answer",
      said: /Connection timed out$/,
      todo: `See that it is on, and that no firewall between drops what is sent to its ssh port. ${GONE}`,
    },
    {
      what: "that it does not let the user in",
      options: { host: "ssh://nobody-in@lab1" },
      kind: "permission",
      tried: "it does not let this user in",
      said: /nobody-in@192\.0\.2\.10: Permission denied \(publickey/,
      todo: `${HAND.replace("ann@", "nobody-in@")}into the agent (ssh-add), or name both by User and IdentityFile in ~/.ssh/config.`,
    },
    {
      what: "that the user has no shell there",
      options: { host: "ssh://nologin@lab1" },
      kind: "kernel",
      tried: "it does not run commands for this user",
      said: /^ssh ended with 1$/,
      todo: "`ssh nologin@lab1 sh -c true` must work, without a question: the login needs a shell that starts `sh`.",
    },
    {
      what: "that it is no Linux",
      spoil: `printf '#!/bin/sh\\necho FreeBSD amd64\\n' > /run/uname; chmod +x /run/uname; mount -n --bind /run/uname /usr/bin/uname`,
      mend: "umount /usr/bin/uname",
      kind: "unsupported",
      tried: "it is no Linux",
      said: /^FreeBSD amd64$/,
      todo: "Labs are made of what Linux has: name a host with Linux.",
    },
    {
      what: "that it has no Node",
      spoil: `: > /run/none; mount -n --bind /run/none ${NODE}`,
      mend: `umount ${NODE}`,
      kind: "unsupported",
      tried: "it has no Node",
      todo: NODE_TODO,
    },
    {
      what: "that its Node is too old",
      spoil: `printf '#!/bin/sh\\necho v20.18.3\\n' > /run/node; chmod +x /run/node; mount -n --bind /run/node ${NODE}`,
      mend: `umount ${NODE}`,
      kind: "unsupported",
      tried: "its Node is too old",
      said: new RegExp(`${NODE} is v20\\.18\\.3`),
      todo: NODE_TODO,
    },
    {
      what: "that it has no space for the programs",
      spoil: `mount -n -t tmpfs -o size=64k,uid=54321 tmpfs ${CACHE}`,
      mend: `umount ${CACHE}`,
      kind: "kernel",
      tried: "there is no space for the provider's programs",
      said: /^ENOSPC: no space left on device, write$/,
      todo: "Make room there: a copy takes 12 MB below ~/.cache/pulumi-netns, and old ones may be removed at any time.",
    },
    {
      what: "that nothing can be written there",
      spoil: `mount -n -t tmpfs -o ro tmpfs ${CACHE}`,
      mend: `umount ${CACHE}`,
      kind: "permission",
      tried: "the provider's programs could not be copied there",
      said: /^EROFS: read-only file system, mkdir '\/home\/ann\/\.cache\/pulumi-netns'$/,
      todo: COPY_TODO,
    },
    {
      what: "that the user may not write there",
      spoil: `mount -n -t tmpfs -o mode=755 tmpfs ${CACHE}`,
      mend: `umount ${CACHE}`,
      kind: "permission",
      tried: "the provider's programs could not be copied there",
      said: /^EACCES: permission denied, mkdir '\/home\/ann\/\.cache\/pulumi-netns'$/,
      todo: COPY_TODO,
    },
    {
      what: "that the folder for copies is another user's",
      spoil: `mount -n -t tmpfs -o mode=777 tmpfs ${CACHE}; mkdir -m 777 ${CACHE}/pulumi-netns`,
      mend: `umount ${CACHE}`,
      kind: "permission",
      tried: "its folder for copies is not this user's",
      said: /^\/home\/ann\/\.cache\/pulumi-netns belongs to uid 0$/,
      todo: "Remove it there, or mend its owner.",
    },
    {
      what: "that its /tmp cannot be written",
      options: { forward: { local: "/run/never", remote: forwardedSocket() } },
      spoil: "mount -n -o remount,ro /tmp",
      mend: "mount -n -o remount,rw /tmp",
      kind: "kernel",
      tried: "no folder for a socket can be made in its /tmp",
      said: /^mkdir: cannot create directory .*: Read-only file system$/,
      todo: "Make /tmp writable there.",
    },
  ];

  for (const { what, options = {}, spoil = ":", mend = ":", kind, tried, said, todo } of cases) {
    it(what, async () => {
      await there(`mkdir -p ${CACHE} && chown 54321 ${CACHE}`);
      await there(spoil);
      try {
        const error = await failureOf(runThere(options));
        const host = options.host ?? "ssh://ann@lab1";
        assert.deepEqual(
          { kind: error.kind, tried: error.parts.tried, todo: error.parts.todo },
          { kind, tried: `could not reach the lab host ${host}: ${tried}`, todo },
        );
        if (said) assert.match(error.parts.said ?? "", said);
        else assert.equal(error.parts.said, undefined);
      } finally {
        await there(mend);
      }
      assert.equal(await there("ls /tmp | grep netns- || :"), "");
    });
  }

  it("that a host to jump through is not known, by the words of that", async () => {
    await lab.configure("jumped", ["Host jumped", "HostName 192.0.2.10", "ProxyJump ann@stranger"]);
    const error = await failureOf(runThere({ host: "ssh://ann@jumped" }));
    assert.equal(error.parts.tried, "could not reach the lab host ssh://ann@jumped: its host key is not known here");
  });

  it("that it forwards no sockets, as soon as one is needed", async () => {
    const folder = await scratch("forward");
    const host = `ssh://ann@lab1:${CLOSED_PORT}`;
    const forward = { local: path.join(folder, "socket"), remote: forwardedSocket() };
    try {
      const child = await openThere({ host, forward, argv: () => ["cat"] });
      let said = "";
      child.stderr.on("data", (chunk) => {
        said += chunk;
      });
      child.stdout.resume();
      connect(forward.local).on("error", () => {});
      await once(child, "close");
      const { parts } = sshFailure(host, said) ?? assert.fail(said);
      assert.deepEqual(
        [parts.kind, parts.tried],
        ["permission", `could not reach the lab host ${host}: its sshd forwards no sockets`],
      );
    } finally {
      await remove(folder);
    }
  });

  it("that there is no ssh here", async () => {
    const before = process.env.PATH;
    process.env.PATH = "/nowhere";
    try {
      const error = await failureOf(runThere());
      assert.deepEqual(error.parts, {
        kind: "unsupported",
        tried: "could not reach the lab host ssh://ann@lab1: ssh is not installed here",
        said: "spawn ssh ENOENT",
        todo: "Install the OpenSSH client (`openssh-client`), or put `ssh` on the PATH.",
      });
    } finally {
      process.env.PATH = before;
    }
  });

  it("that there is no koffi here for its architecture", async () => {
    const folder = await scratch("plugin");
    try {
      await copyPlugin(path.join(folder, "plugin"), []);
      const plugin = path.join(folder, "plugin");
      for (const libc of ["linux", "musl"])
        await rm(path.join(plugin, `koffi/build/koffi/${libc}_${process.arch}`), { recursive: true });
      const error = await failureOf(runThere({ plugin }));
      assert.deepEqual(error.parts, {
        kind: "unsupported",
        tried: `could not reach the lab host ssh://ann@lab1: there is no build of koffi here for its architecture, ${process.arch}`,
        said: undefined,
        todo: "Run `npm run prepack` in the clone that the plugin is run from: it gets the builds for x64 and arm64 from npm's registry.",
      });
    } finally {
      await remove(folder);
    }
  });

  it("that the run was interrupted, and ends ssh", async () => {
    const stop = new AbortController();
    const opening = runThere({ signal: stop.signal, argv: () => ["cat"], debug: () => stop.abort() });
    const error = await failureOf(opening);
    assert.deepEqual(error.parts, { kind: "cancelled", tried: "could not reach the lab host ssh://ann@lab1" });
  });
});

async function failureOf(work: Promise<unknown>): Promise<NetnsError> {
  const error = await work.then(
    () => assert.fail("it has not failed"),
    (error: unknown) => error,
  );
  return error instanceof NetnsError ? error : assert.fail(error as Error);
}
