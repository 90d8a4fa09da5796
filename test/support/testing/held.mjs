import * as netns from "pulumi-netns";
import { startLab } from "pulumi-netns/testing";

/** Two labs, in which something runs: one that is up, and one that comes up when its owner is killed. */
const lab = await startLab(() => void new netns.Namespace("h1"));
lab.spawn("h1", ["sleep", "1000"]);
await startLab(async () => {
  new netns.Namespace("h1");
  process.stdout.write("up\n");
  await new Promise(() => setInterval(() => {}, 1000));
});
