import assert from "node:assert/strict";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { distDir } from "../../tools/places.mjs";
import { ANN, SudoLab, writeProgram } from "../support/labHost/sudoLab";
import { needs } from "../support/suites/needs";

const URN = "urn:pulumi:lab::labs::";
const PROVIDER = { urn: `${URN}pulumi:providers:netns::default`, type: "pulumi:providers:netns", id: "1" };
const STATE = {
  deployment: {
    resources: [
      { ...PROVIDER, inputs: { sudo: "true" } },
      {
        ...{ urn: `${URN}netns:index:Namespace::one`, type: "netns:index:Namespace", id: "h1" },
        ...{ provider: `${PROVIDER.urn}::${PROVIDER.id}`, inputs: { name: "h1" }, outputs: { name: "h1" } },
      },
    ],
  },
};

describe("netns exec of a user whose stack has netns:sudo", function () {
  this.timeout(60_000);
  let lab: SudoLab;
  before(needs("root", "setpriv", "nsenter", "ip", "sudo"));
  afterEach(() => lab.stop());

  /** With a stand-in for pulumi, for Pulumi's own state is not ann's. */
  async function exec(rule?: string) {
    lab = await SudoLab.start(rule === undefined ? {} : { rule });
    const command = path.join(lab.folder, "plugin/cli");
    await cp(path.join(distDir, "cli"), command, { recursive: true });
    await writeFile(path.join(lab.folder, "state.json"), JSON.stringify(STATE));
    await writeProgram(path.join(lab.folder, "bin/pulumi"), `cat ${lab.folder}/state.json`);
    await lab.lab.ip("netns add h1");
    const as = ["setpriv", `--reuid=${ANN}`, `--regid=${ANN}`, "--clear-groups", "--"];
    const env = { ...process.env, PATH: `${lab.folder}/bin:${process.env.PATH}` };
    const words = ["exec", "one", "--", "sh", "-c", "id -u; ls /sys/class/net; exit 5"];
    return lab.lab.tryRun([...as, `${command}/netns`, ...words], { cwd: "/", env });
  }

  it("runs the command there as root, through sudo, with its exit code", async () => {
    assert.deepEqual(await exec(), { exitCode: 5, stdout: "0\nlo", stderr: "" });
    const [asked, ...more] = await lab.asked();
    assert.match(asked ?? "", /\/node \S+\/cli\/inside\.js /);
    assert.deepEqual(more, []);
  });

  it("says what sudo says where that refuses, with an exit code of its own", async () => {
    const { exitCode, stderr } = await exec("nobody ALL=(ALL) ALL");
    assert.equal(exitCode, 125);
    assert.match(
      stderr,
      /^error: could not go into the host h1 through sudo\n {2}sudo: a password is required\n {2}Have sudo /,
    );
    await lab.stop();
    const other = await exec("ann ALL=(ALL) NOPASSWD: /bin/true");
    assert.equal(other.exitCode, 125);
    assert.match(other.stderr, /^error: could not go into the host h1 through sudo\n {2}sudo/);
  });
});
