import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { quote, Stop } from "../shell.mjs";
import { qemu } from "./debian.mjs";
import { makeInitramfs } from "./initramfs.mjs";

/** Processors without what costs most where there is no KVM: long vectors, page tables of five levels, signed pointers. */
const BOARDS = {
  x64: { words: ["-machine", "q35,accel=tcg", "-cpu", "Westmere"], console: "ttyS0", options: "tsc=reliable" },
  arm64: { words: ["-machine", "virt,accel=tcg", "-cpu", "cortex-a72"], console: "ttyAMA0", options: "" },
};

/** What a kernel does against attacks, or waits for, costs most without KVM. */
const QUICK =
  "norandmaps mitigations=off init_on_alloc=0 hardened_usercopy=off apparmor=0 audit=0 rcupdate.rcu_expedited=1";

/** Memory of the second kernel, which has the files that are written there as well. */
const MEGABYTES = 2048;

/**
 * Boots a kernel on the machine's own files, in QEMU without KVM, and runs a script there as root until its end; what it
 * says is said here. `layer` is a folder whose files lie over those of the machine, and `out` one that the script may write
 * to. Nothing else that it does is left, and no network leads out.
 */
export async function runInKernel(kernel, { script, layer, out, scratch, withinMs }) {
  const board = BOARDS[process.arch];
  const log = path.join(scratch, "console.log");
  writeFileSync(path.join(out, "script.sh"), script);
  // By the console of the kernel's messages nothing else goes, and an end of the script is the end of it all.
  writeFileSync(path.join(out, "first.sh"), FIRST.replaceAll("OUT", quote(out)));
  const argv = [
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", ...board.words],
    ...["-m", String(MEGABYTES), "-smp", String(Math.min(os.availableParallelism(), 2))],
    ...["-kernel", kernel.image, "-initrd", await makeInitramfs(kernel, out, scratch)],
    ...["-append", `console=${board.console} quiet panic=-1 ${QUICK} ${board.options}`],
    ...["-serial", `file:${log}`, "-chardev", "stdio,id=said,signal=off"],
    ...["-device", "virtio-serial-pci", "-device", "virtconsole,chardev=said"],
    ...share("machine", "/", "readonly=on,multidevs=remap"),
    ...share("modules", kernel.modules, "readonly=on"),
    ...share("layer", layer, "readonly=on"),
    ...share("out", out),
  ];
  const ended = await end(spawn(qemu, argv, { stdio: ["ignore", "inherit", "inherit"] }), withinMs);
  if (ended !== undefined) {
    const last = readFileSync(log, "utf8").trimEnd().split("\n").slice(-15);
    throw new Stop(`${ended}. The kernel's last words:\n${last.join("\n")}`);
  }
}

const ENDS = ["exit", "SIGINT", "SIGTERM", "SIGHUP"];

const FIRST = `exec </dev/null >/dev/hvc0 2>&1
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
ip link set lo up
bash OUT/script.sh
sync
echo o >/proc/sysrq-trigger
exec sleep infinity
`;

function share(tag, folder, more = "") {
  const backend = [`local,id=${tag},path=${folder},security_model=none`, more].filter(Boolean).join(",");
  return ["-fsdev", backend, "-device", `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`];
}

/** Why it did not end well; undefined where it did. */
async function end(child, withinMs) {
  let late = false;
  const stop = () => child.kill("SIGKILL");
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, withinMs);
  // Without it QEMU would go on when this process is told to end.
  for (const event of ENDS) process.on(event, stop);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code, signal) => resolve(signal ?? code));
    });
    if (late) return `The second kernel has not come to its end in ${withinMs / 1000} s`;
    return code === 0 ? undefined : `QEMU ended with ${code}`;
  } finally {
    clearTimeout(timer);
    for (const event of ENDS) process.off(event, stop);
  }
}
