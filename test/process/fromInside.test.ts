import assert from "node:assert/strict";
import path from "node:path";
import { ConfigureRequest, CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import type { Sandbox } from "../../provider/place/sandbox";
import { encode } from "../../provider/server/property";
import { UserLab } from "../support/labHost/userLab";
import { PluginProcess } from "../support/provider/pluginProcess";
import { urn } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";

/** What is put in the place of what the provider has in a sandbox, and what it then says of the next cable. */
const TRAPS: Record<string, RegExp> = {
  "umount /run/netns/made; rm /run/netns/made; mkfifo /run/netns/made": /There is no namespace made\./,
  "ln -sf /etc/passwd /run/netns/made": /There is no namespace made\./,
  "ln -sf /proc/1/ns/mnt /run/netns/made": /could not make the pair[\s\S]*EINVAL/,
  "rm -r /run/pulumi-netns; ln -s /etc /run/pulumi-netns":
    /not tried, because its record .* could not be written\n {2}EACCES/,
};

describe("What is root in a sandbox", function () {
  this.timeout(60_000);
  let user: UserLab;
  let plugin: PluginProcess | undefined;
  before(needs("root", "setpriv", "nsenter", "ip"));
  before(async () => {
    user = await UserLab.start();
  });
  afterEach(async () => {
    await plugin?.stop();
    await user.call("removeAll");
  });
  after(() => user.stop());

  const inside = (script: string) => user.run(user.inside("s", "sh", "-ec", script));
  const ensure = async () => (await user.call<{ sandbox: Sandbox }>("ensure", "s")).sandbox;

  it("has the provider end with clear errors by what it puts in the place of namespaces and records", async () => {
    const file = path.join(user.folder, "plugin/pulumi-resource-netns");
    plugin = await PluginProcess.behind([...user.lab.door, ...user.as], user.env, file);
    await plugin.call("configure", new ConfigureRequest().setArgs(encode({ sandbox: "s", timeoutSeconds: 1 })));
    const cable = { a: { name: "v0", namespace: "made" }, b: { name: "v1", namespace: "made" } };
    const create = (kind: string, inputs: object) =>
      plugin?.call("create", new CreateRequest().setUrn(urn(kind, "one")).setProperties(encode({ ...inputs })));
    await create("Namespace", { name: "made" });
    for (const [trap, said] of Object.entries(TRAPS)) {
      await inside(trap);
      await assert.rejects(Promise.resolve(create("VethPair", cable)), { details: said }, trap);
    }
  });

  it("gets nobody else ended or entered by what it writes into its own record", async () => {
    const sandbox = await ensure();
    const bystander = user.lab.spawn([...user.as, "sleep", "1000"], { cwd: "/" });
    const started = `$(cut -d" " -f22 /proc/${bystander.pid}/stat)`;
    const words = await user.lab.run(["sh", "-c", `echo {\\"pid\\":${bystander.pid},\\"started\\":\\"${started}\\"}`]);
    for (const text of [words, '{"pid":"self/../../run/ann/pipe","started":"1"}', "null", ""]) {
      await inside(`printf %s '${text}' >/proc/1/fd/3`);
      assert.deepEqual(await ensure(), sandbox, text);
    }
    await user.call("removeAll");
    assert.deepEqual(await user.call("list"), []);
    assert.equal(bystander.exitCode, null);
    bystander.kill("SIGKILL");
    await bystander;
  });

  it("has nobody wait for a pipe, or follow a link, in the place of its record", async () => {
    // Below /run it does not see the records; in /tmp it would.
    const record = path.join(user.runtime, "pulumi-netns/sandboxes/s.json");
    const said = /could not use the record of a sandbox, .*\/s\.json\n {2}it is not a plain file/;
    for (const make of ["mkfifo", "mkdir", "ln -s /etc/passwd"]) {
      const sandbox = await ensure();
      await user.run(["sh", "-ec", `rm ${record}; ${make} ${record}`]);
      // It is found by its process.
      assert.deepEqual(await ensure(), sandbox);
      await assert.rejects(user.call("removeAll"), said);
      process.kill(sandbox.pid, "SIGKILL");
      await assert.rejects(user.call("ensure", "s"), said);
      await user.run(["rm", "-r", record]);
    }
  });

  it("sees and reaches nothing of who has started it", async () => {
    await ensure();
    const tried = [`ls ${user.runtime}`, `cat /proc/${process.pid}/stat`, `kill -0 ${user.lab.pid}`];
    for (const line of tried) {
      const ran = await user.tryRun(user.inside("s", "sh", "-c", line));
      assert.notEqual(ran.exitCode, 0, `${line}: ${ran.stdout}`);
    }
  });
});
