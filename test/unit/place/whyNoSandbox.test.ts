import assert from "node:assert/strict";
import { whyNoSandbox } from "../../../provider/place/whyNoSandbox";

/** A machine that forbids nothing, as files below /proc show it. */
const FREE = {
  "/proc/self/uid_map": "0 0 4294967295",
  "/proc/self/status": "Name:\tnode\nSeccomp:\t0",
  "/proc/self/mountinfo": "1 0 8:1 / / rw - ext4 /dev/sda1 rw",
  "/proc/sys/user/max_user_namespaces": "1000",
};

describe("Why there is no sandbox", () => {
  const sys = (name: string) => `/proc/sys/${name.replaceAll(".", "/")}`;
  const rows: [title: string, files: Record<string, string | undefined>, uid: number, said: RegExp, todo: RegExp][] = [
    ["a kernel without user namespaces", { "/proc/self/uid_map": undefined }, 0, /CONFIG_USER_NS/, /another kernel/],
    ...["kernel.unprivileged_userns_clone", "user.max_user_namespaces", "user.max_net_namespaces"].map(
      (name): (typeof rows)[number] => [
        `${name}=0`,
        { [sys(name)]: "0" },
        1000,
        new RegExp(`${name} is 0 here`),
        new RegExp(`sudo sysctl -w ${name}=[1-9]`),
      ],
    ),
    [
      "AppArmor",
      { [sys("kernel.apparmor_restrict_unprivileged_userns")]: "1" },
      1000,
      /kernel.apparmor_restrict_unprivileged_userns is 1 here/,
      /sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0/,
    ],
    ["a container's filter", { "/proc/self/status": "Seccomp:\t2" }, 0, /seccomp/, /--security-opt seccomp=unconfined/],
    ["a chroot", { "/proc/self/mountinfo": "1 0 8:1 / /proc rw - proc proc rw" }, 0, /in a chroot/, /outside/],
    [
      "what is only for others than root",
      { [sys("kernel.unprivileged_userns_clone")]: "0", [sys("kernel.apparmor_restrict_unprivileged_userns")]: "1" },
      0,
      /^unshare: no\n/m,
      /util-linux/,
    ],
  ];
  for (const [title, files, uid, said, todo] of rows)
    it(`is told: ${title}`, () => {
      const all: Record<string, string | undefined> = { ...FREE, ...files };
      const { parts } = whyNoSandbox("unshare: no\n", { read: (path) => all[path], uid });
      assert.match(`${parts.said}\n`, said);
      assert.match(String(parts.todo), todo);
      assert.match(String(parts.said), /unshare: no$/);
    });
});
