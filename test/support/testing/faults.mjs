import * as netns from "pulumi-netns";
import { withLab } from "pulumi-netns/testing";

/** Labs that come up side by side, of which some cannot: what has become of each, as JSON. */
const good = () => ({ host: new netns.Namespace("h1").name });
const other = () => ({ other: new netns.Namespace("h2").name });
const all = {
  good: withLab(good, (lab) => lab.outputs),
  wrong: withLab(() => {
    const { name } = new netns.Namespace("h1");
    new netns.Address("address", { namespace: name, device: "nope", address: "10.0.0.1/24" });
  }, nothing),
  throws: withLab(() => {
    new netns.Namespace("h1");
    throw new TypeError("mine");
  }, nothing),
  forgets: withLab(() => {
    new netns.Namespace("h1");
    void Promise.reject(new RangeError("forgotten"));
  }, nothing),
  test: withLab(good, () => {
    throw new SyntaxError("the test's own");
  }),
  command: withLab(good, (lab) => lab.exec("h1", ["sh", "-c", "echo out; echo err >&2; exit 3"])),
  long: withLab(good, (lab) => lab.exec("h1", ["sleep", "1000"], { timeoutMs: 100 })),
  noWords: withLab(good, (lab) => lab.exec("h1", [])),
  noList: withLab(good, (lab) => lab.exec("h1", "ip address")),
  elsewhere: withLab(good, nothing, { config: { "netns:host": "ssh://lab1" } }),
  path: withLab(good, async (lab) => (await lab.exec("h1", ["sh", "-c", "command -v nologin"])).stdout),
  twice: withLab(good, async (lab) => [await Promise.all([lab.up(), lab.up(other)]), lab.outputs]),
  stopped: withLab(good, (lab) => lab.stop().then(() => lab.up())),
  nobody: withLab(good, (lab) => lab.exec("h2", ["id"])),
  allowed: withLab(good, (lab) => lab.exec("h1", ["sh", "-c", "cat; exit 4"], { input: "in", reject: false })),
  late: withLab(good, nothing, { timeoutMs: 1 }),
};

function nothing() {}

const settled = Object.entries(all).map(async ([name, lab]) => [
  name,
  await lab.catch(({ name, message }) => `${name}: ${message}`),
]);
process.stdout.write(JSON.stringify(Object.fromEntries(await Promise.all(settled))));
