import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { MARK } from "../../../provider/place/keeperProcess";
import { remove, root, scratch } from "../engine/project";
import { until } from "../suites/until";
import { LabHost } from "./labHost";
import { ANN, writeProgram } from "./sudoLab";

/** Where sshd forwards no sockets. */
export const CLOSED_PORT = 2222;
const SSHD_USER = "sshd:x:54399:54399::/run/sshd:/bin/false";
/** Whom tcpdump becomes. */
const TCPDUMP_USER = "tcpdump:x:54398:54398::/:/bin/false";
const ETC = ["passwd", "shadow", "sudoers"] as const;

/** Each is ann, with a login shell of that name. */
export const SHELLS = ["bash", "csh", "dash", "fish", "tcsh", "zsh"];

/** A lab host with a real sshd, and nothing of this repository. */
export interface SshHost {
  name: string;
  lab: LabHost;
  /** What a `host` of the configuration is. */
  url(user?: string): string;
  /** As after a power cut: it comes back with an empty /run. */
  reboot(): Promise<void>;
}

export interface SshLabOptions {
  /** Their names, which ssh knows by its configuration. */
  hosts?: readonly string[];
  /** The last host is reached through another one alone, by this name. */
  jump?: boolean;
}

/**
 * A machine on which the engine runs, and lab hosts that a cable leads to. ssh there is as its user would have set it up, with
 * keys, a configuration and known_hosts. On each host there are root and ann, who may use sudo, and `nobody-in`, whom no key lets in.
 */
export class SshLab {
  private constructor(
    /** Where the engine is. */
    readonly engine: LabHost,
    readonly folder: string,
    readonly hosts: readonly SshHost[],
  ) {}

  static async start({ hosts: names = ["lab1"], jump = false }: SshLabOptions = {}): Promise<SshLab> {
    const folder = await scratch("ssh");
    await chmod(folder, 0o755);
    const engine = await LabHost.start();
    const hosts: SshHost[] = [];
    const lab = new SshLab(engine, folder, hosts);
    try {
      await lab.setUp(names, jump);
      for (const [index, name] of names.entries())
        hosts.push(await lab.startHost(name, index, jump && index === names.length - 1));
      return lab;
    } catch (error) {
      await lab.stop();
      throw error;
    }
  }

  /** What the process of the engine has in its environment. `ssh` there is the one of its machine. */
  get env(): { HOME: string; PATH: string } {
    return { HOME: path.join(this.folder, "home"), PATH: `${this.folder}/bin:${process.env.PATH}` };
  }

  host(name: string): SshHost {
    const found = this.hosts.find((host) => host.name === name);
    if (!found) throw new Error(`no host ${name}`);
    return found;
  }

  /** Adds to the user's configuration of ssh, before all that is there. */
  async configure(name: string, lines: readonly string[]): Promise<void> {
    await writeFile(path.join(this.folder, "home/.ssh/more", name), `${lines.join("\n")}\n`);
  }

  /** Has the cable to a host, which is none behind another one, carry nothing, or again all. */
  async plugged(name: string, isPlugged: boolean): Promise<void> {
    const index = this.hosts.findIndex((host) => host.name === name);
    await this.engine.ip(`link set cable${index} ${isPlugged ? "up" : "down"}`);
  }

  async stop(): Promise<void> {
    await this.endSandboxes();
    await Promise.all([this.engine, ...this.hosts.map(({ lab }) => lab)].map((each) => each.stop()));
    await remove(this.folder);
  }

  /** They have mounts of their own, in which those of their host are still seen. */
  private async endSandboxes(): Promise<void> {
    for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
      const [words, mounts] = await Promise.all(
        ["cmdline", "mountinfo"].map((file) => readFile(`/proc/${pid}/${file}`, "utf8").catch(() => "")),
      );
      if (words?.includes(`\0${MARK}\0`) && mounts?.includes(path.basename(this.folder)))
        process.kill(Number(pid), "SIGKILL");
    }
  }

  private async setUp(names: readonly string[], jump: boolean): Promise<void> {
    const ssh = path.join(this.folder, "home/.ssh");
    await mkdir(path.join(ssh, "more"), { recursive: true });
    await mkdir(path.join(this.folder, "bin"));
    await this.engine.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path.join(ssh, "id_ed25519")]);
    const blocks = names.map((name, index) =>
      jump && index === names.length - 1
        ? `Host ${name}\n  HostName ${far(index)}\n  ProxyJump root@${names[0]}`
        : `Host ${name}\n  HostName ${near(index)}`,
    );
    await writeFile(path.join(ssh, "config"), ["Include more/*", ...blocks, ""].join("\n"));
    // ssh goes by passwd, and not by HOME.
    await writeFile(
      path.join(this.folder, "passwd.engine"),
      `root:x:0:0::${this.folder}/home:/bin/sh\n${SSHD_USER}\n${TCPDUMP_USER}\n`,
    );
    await this.engine.run(["mount", "-n", "--bind", path.join(this.folder, "passwd.engine"), "/etc/passwd"]);
    const bridge = [
      "link add name cables type bridge",
      "link set cables addrgenmode none",
      "address add 192.0.2.1/24 dev cables",
      "link set cables up",
    ];
    for (const line of bridge) await this.engine.ip(line);
    await writeProgram(
      path.join(this.folder, "bin/ssh"),
      `HOME=${this.env.HOME} exec ${this.engine.door.join(" ")} /usr/bin/ssh "$@"`,
    );
    await writeEtc(this.folder);
  }

  private async startHost(name: string, index: number, isFar: boolean): Promise<SshHost> {
    const lab = await LabHost.start();
    const key = path.join(this.folder, `key.${name}`);
    await lab.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]);
    const known = path.join(this.folder, "home/.ssh/known_hosts");
    const ports = [near(index), far(index)].flatMap((address) => [address, `[${address}]:${CLOSED_PORT}`]);
    await lab.run(["sh", "-c", `echo "${ports.join(",")} $(cut -d" " -f1,2 ${key}.pub)" >> ${known}`]);
    const boot = () => this.boot(lab, index, key, isFar);
    await boot();
    return {
      name,
      lab,
      url: (user) => `ssh://${user === undefined ? "" : `${user}@`}${name}`,
      reboot: async () => {
        await lab.reboot();
        await boot();
      },
    };
  }

  private async boot(lab: LabHost, index: number, key: string, isFar: boolean): Promise<void> {
    await this.plug(lab, index, isFar);
    const binds = ETC.map((name) => `mount -n --bind ${this.folder}/${name} /etc/${name}`);
    // Homes, /tmp and what the repository has are this host's own.
    const own = ["/home", "/root", root].map((at) => `mkdir -p ${at} && mount -n -t tmpfs tmpfs ${at}`);
    const home = `install -d -m 700 -o ${ANN} -g ${ANN} /home/ann`;
    const keys = `chmod 755 /run && mkdir -p /run/sshd /run/keys && for u in root ann ${SHELLS.join(" ")} nologin; do cp ${this.folder}/home/.ssh/id_ed25519.pub /run/keys/$u; done`;
    const config = [
      ...["Port 22", `Port ${CLOSED_PORT}`, `HostKey /run/key`, "AuthorizedKeysFile /run/keys/%u", "UsePAM no"],
      ...["PidFile none", "PrintMotd no", `SetEnv PATH=${path.dirname(process.execPath)}:/usr/bin:/bin`],
      ...[`Match LocalPort ${CLOSED_PORT}`, "AllowStreamLocalForwarding no"],
    ];
    await lab.run(["sh", "-c", `cat > /run/sshd_config; install -m 600 ${key} /run/key`], {
      stdin: `${config.join("\n")}\n`,
    });
    await lab.run([
      "sh",
      "-ec",
      [...binds, keys, "mount -n -t tmpfs -o mode=1777 tmpfs /tmp", ...own, home].join("\n"),
    ]);
    void lab.spawn(["/usr/sbin/sshd", "-D", "-e", "-f", "/run/sshd_config"], { cwd: "/", timeoutMs: 3_600_000 });
    await until("sshd", async () => (await lab.run(["ss", "-Hltn", "sport = 22"])) !== "");
  }

  private async plug(lab: LabHost, index: number, isFar: boolean): Promise<void> {
    const from = isFar ? (this.hosts[0]?.lab ?? this.engine) : this.engine;
    // What led to the host before its power cut: the kernel takes its time to remove it.
    await from.tryRun(["ip", "link", "del", `cable${index}`]);
    // By the same MAC address each time, as a machine has it: others know it for a while.
    const eth0 = `name eth0 address 02:00:00:00:00:${10 + index} netns ${lab.pid}`;
    await from.ip(`link add name cable${index} type veth peer ${eth0}`);
    // Addresses that the kernel adds would be new ones each time, and tentative first.
    await from.ip(`link set cable${index} addrgenmode none`);
    await lab.ip("link set eth0 addrgenmode none");
    if (isFar) await from.ip(`address add 198.51.100.1/24 dev cable${index}`);
    await from.ip(`link set cable${index} ${isFar ? "" : "master cables "}up`);
    await lab.ip(`address add ${isFar ? far(index) : near(index)}/24 dev eth0`);
    await lab.ip("link set eth0 up");
  }
}

function near(index: number): string {
  return `192.0.2.${10 + index}`;
}

function far(index: number): string {
  return `198.51.100.${10 + index}`;
}

/** The users of each host. */
async function writeEtc(folder: string): Promise<void> {
  const users = {
    ann: "/bin/sh",
    nologin: "/usr/sbin/nologin",
    ...Object.fromEntries(SHELLS.map((each) => [each, `/bin/${each}`])),
  };
  const rows = Object.entries(users).map(([name, shell]) => `${name}:x:${ANN}:${ANN}::/home/ann:${shell}`);
  const files: Record<(typeof ETC)[number], string[]> = {
    passwd: ["root:x:0:0::/root:/bin/sh", ...rows, "nobody-in:x:54322:54322::/:/bin/sh", SSHD_USER, TCPDUMP_USER],
    shadow: ["root", "nobody-in", ...Object.keys(users)].map((name) => `${name}:*:19000:0:99999:7:::`),
    sudoers: ["root ALL=(ALL) ALL", "ann ALL=(ALL) NOPASSWD: ALL"],
  };
  for (const name of ETC) {
    await writeFile(path.join(folder, name), `${files[name].join("\n")}\n`, {
      mode: name === "passwd" ? 0o644 : 0o440,
    });
  }
}
