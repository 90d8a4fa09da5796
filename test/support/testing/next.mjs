import { readFileSync } from "node:fs";
import * as netns from "pulumi-netns";
import { withLab } from "pulumi-netns/testing";

const used = [];

/** A lab whose engine is killed while its program runs. */
const killed = await withLab(
  () => {
    engines().forEach(kill);
    new netns.Namespace("h1");
  },
  () => {},
).catch(({ name, message }) => `${name}: ${message}`);

/** Labs in turn. The one that gets ready while the second is in use is killed then; the one after that is used. */
for (const isKilled of [false, true, false, false])
  await withLab(
    () => void new netns.Namespace("h1"),
    async (lab) => {
      const [next] = await lab.waitFor(engines, { what: "the next engine" });
      used.push(...lab.hosts);
      if (!isKilled) return;
      kill(next);
      await lab.waitFor(() => !childrenOf(process.pid).includes(next), { what: "its end" });
    },
  );
process.stdout.write(JSON.stringify({ killed, used, waiting: engines().length }));

/** The ways into sandboxes by which engines were started. */
function engines() {
  return childrenOf(process.pid).filter((pid) => childrenOf(pid).some(isEngine));
}

function kill(way) {
  for (const engine of childrenOf(way)) process.kill(Number(engine), "SIGKILL");
}

function childrenOf(pid) {
  return read(`/proc/${pid}/task/${pid}/children`).split(" ").filter(Boolean);
}

function isEngine(pid) {
  return read(`/proc/${pid}/cmdline`).includes("/pulumi\0up");
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
