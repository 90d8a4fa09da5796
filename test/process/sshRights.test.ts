import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { ConfigureRequest, CreateRequest } from "@pulumi/pulumi/proto/provider_pb";
import { encode } from "../../provider/server/property";
import { SshLab } from "../support/labHost/sshLab";
import { PluginProcess } from "../support/provider/pluginProcess";
import { urn } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";

describe("A user on a lab host who is not root", function () {
  this.timeout(60_000);
  let lab: SshLab;
  let plugin: PluginProcess | undefined;

  before(needs("root", "nsenter", "ip", "ssh", "sshd", "sudo"));
  before(async () => {
    lab = await SshLab.start();
  });
  afterEach(() => plugin?.stop());
  after(() => lab?.stop());

  const there = (command: string) => lab.host("lab1").lab.run(["sh", "-ec", command], { cwd: "/" });
  const create = async (config: { sudo?: boolean } = {}) => {
    plugin = await PluginProcess.behind(lab.engine.door, lab.env);
    const settings = { host: lab.host("lab1").url("ann"), ...config };
    await plugin.call("configure", new ConfigureRequest().setArgs(encode(settings)));
    const request = new CreateRequest().setUrn(urn("Namespace", "net0")).setProperties(encode({ name: "net0" }));
    return plugin.call("create", request);
  };

  it("is told what to set: sudo, a sandbox, or another user", async () => {
    await assert.rejects(create(), {
      code: status.PERMISSION_DENIED,
      details:
        /^netns:index:Namespace net0: this user may not change .*\n.*CAP_NET_ADMIN.*\n.*ssh:\/\/root@HOST.*netns:sudo true.*netns:sandbox NAME/,
    });
    assert.equal(await there("ls /run/netns"), "");
  });

  it("is told so where sudo wants a password", async () => {
    await there(
      "echo 'ann ALL=(ALL) ALL' > /run/sudoers; chmod 440 /run/sudoers; mount -n --bind /run/sudoers /etc/sudoers",
    );
    await assert.rejects(create({ sudo: true }), {
      code: status.PERMISSION_DENIED,
      details:
        /^could not start the provider as root through sudo on ssh:\/\/ann@lab1\n[\s\S]*a password is required\n {2}Let sudo run it/,
    });
    await there("umount /etc/sudoers; rm /run/sudoers");
  });

  it("is told so where there is no sudo", async () => {
    await there("mount -n --bind /dev/null /usr/bin/sudo");
    await assert.rejects(create({ sudo: true }), {
      code: status.FAILED_PRECONDITION,
      details:
        /^could not start the provider as root through sudo on ssh:\/\/ann@lab1\n[\s\S]*'sudo'.*\n {2}sudo cannot be run there: install it/,
    });
    await there("umount /usr/bin/sudo");
  });
});
