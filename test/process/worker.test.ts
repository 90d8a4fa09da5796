import assert from "node:assert/strict";
import path from "node:path";
import { status } from "@grpc/grpc-js";
import {
  CheckRequest,
  type CheckResponse,
  ConfigureRequest,
  CreateRequest,
  type CreateResponse,
  DeleteRequest,
  DiffRequest,
  type DiffResponse,
  InvokeRequest,
  ListRequest,
  type ListResponse,
  ReadRequest,
  type ReadResponse,
  UpdateRequest,
  type UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type Json, Unknown } from "../../provider/core/values";
import { decode, encode } from "../../provider/server/property";
import { ANN, SudoLab, writeProgram } from "../support/labHost/sudoLab";
import type { PluginProcess } from "../support/provider/pluginProcess";
import { urn } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";
import { until } from "../support/suites/until";

const NOBODY = 65534;
const NET = { name: "net0", loopbackUp: true };

describe("The worker of a user with sudo", function () {
  this.timeout(60_000);
  let lab: SudoLab;
  let plugin: PluginProcess;
  const plugins: PluginProcess[] = [];
  before(needs("root", "setpriv", "nsenter", "ip", "sudo"));
  afterEach(async () => {
    for (const one of plugins.splice(0)) await one.stop();
    await lab.stop();
  });

  const begin = async (options?: Parameters<typeof SudoLab.start>[0]) => {
    lab = await SudoLab.start(options);
    await startPlugin();
  };
  const startPlugin = async (env?: NodeJS.ProcessEnv, config: Json = { sudo: true }) => {
    plugin = await lab.plugin(env);
    plugins.push(plugin);
    await plugin.call("configure", new ConfigureRequest().setArgs(encode(config)));
  };
  const check = (news: Json = NET) =>
    plugin.call<CheckResponse>("check", new CheckRequest().setUrn(urn("Namespace", "net0")).setNews(encode(news)));
  const create = (inputs: Json = NET, preview = false) => {
    const request = new CreateRequest().setUrn(urn("Namespace", "net0")).setProperties(encode(inputs));
    return plugin.call<CreateResponse>("create", request.setPreview(preview));
  };
  const diff = (state: Json, news: Json) => {
    const request = new DiffRequest().setUrn(urn("Namespace", "net0")).setId("net0");
    return plugin.call<DiffResponse>("diff", request.setOlds(encode(state)).setNews(encode(news)));
  };
  const remove = (state: Json) => {
    const request = new DeleteRequest().setUrn(urn("Namespace", "net0")).setId("net0");
    return plugin.call("delete", request.setProperties(encode(state)));
  };
  const list = () =>
    new Promise<string[]>((resolve, reject) => {
      const ids: string[] = [];
      const stream = plugin.client.list(new ListRequest().setToken("netns:index:Namespace"));
      stream.on("data", (found: ListResponse) => ids.push(found.getResult()?.getId() ?? ""));
      stream.on("error", reject).on("end", () => resolve(ids));
    });
  const endInOrder = async (meanwhile = async () => {}) => {
    await plugin.call("cancel", new Empty());
    await meanwhile();
    plugin.child.kill("SIGINT");
    assert.equal(await plugin.ended(), 0);
  };
  const records = async () => (await lab.lab.tryRun(["find", "/run/pulumi-netns", "-type", "f"])).stdout;
  const gone = () => until("the end of the worker", async () => (await lab.workers()).length === 0);

  it("is started at the first call that needs the host, and only then; one answers all calls of a run", async () => {
    await begin();
    assert.deepEqual(decode((await check()).getInputs()).values, NET);
    assert.deepEqual((await diff({ ...NET, path: "/run/netns/net0" }, NET)).getDiffsList(), []);
    assert.deepEqual(decode((await create(NET, true)).getProperties()).values, { ...NET, path: "/run/netns/net0" });
    assert.deepEqual(await lab.asked(), []);

    const made = decode((await create()).getProperties()).values;
    const state = { ...NET, path: "/run/netns/net0", ...made };
    assert.deepEqual(made, state);
    const reading = new ReadRequest().setUrn(urn("Namespace", "net0")).setId("net0");
    const read = await plugin.call<ReadResponse>("read", reading.setProperties(encode(state)).setInputs(encode(NET)));
    assert.deepEqual(decode(read.getInputs()).values, NET);
    const down = { ...NET, loopbackUp: false };
    assert.deepEqual((await diff(state, down)).getDiffsList(), ["loopbackUp"]);
    const updating = new UpdateRequest().setUrn(urn("Namespace", "net0")).setId("net0").setNews(encode(down));
    const request = updating.setOlds(encode(state)).setOldInputs(encode(NET));
    const updated = decode((await plugin.call<UpdateResponse>("update", request)).getProperties()).values;
    assert.equal(updated.loopbackUp, false);
    assert.deepEqual(await list(), ["net0"]);
    const asked = new InvokeRequest().setTok("netns:index:containerNamespace").setArgs(encode({}));
    await assert.rejects(plugin.call("invoke", asked), /an argument is wrong\n {2}pid: is not given/);
    assert.deepEqual(decode((await check()).getInputs()).values, NET);
    await remove(updated);
    assert.deepEqual(await list(), []);
    assert.equal((await lab.asked()).length, 1);
    assert.equal((await lab.workers()).length, 1);
  });

  it("knows what the run was told before it was there", async () => {
    await begin();
    const state = decode((await create()).getProperties()).values;
    await endInOrder();
    await startPlugin();
    // The engine's question whether it is to go along with something else: the new one waits for the old one's end, and
    // is not refused because that is there.
    await diff(state, { ...NET, loopbackUp: Unknown.value });
    const made = create();
    await until("the worker", async () => (await lab.workers()).length === 1);
    await remove(state);
    await made;
    assert.deepEqual(await list(), ["net0"]);
  });

  it("is told once of a run whose first calls wait for it side by side, and settles the records of all", async () => {
    await begin();
    const other = new CreateRequest().setUrn(urn("Namespace", "net1")).setProperties(encode({ ...NET, name: "net1" }));
    await Promise.all([create(), plugin.call("create", other)]);
    assert.notEqual(await records(), "");
    await endInOrder();
    assert.equal(await records(), "");
  });

  it("ends in order with the run, which settles its records, and else leaves them for the next run", async () => {
    await begin();
    const made = decode((await create()).getProperties()).values;
    assert.notEqual(await records(), "");
    plugin.child.kill("SIGTERM");
    assert.equal(await plugin.ended(), 0);
    assert.deepEqual(await lab.workers(), []);
    assert.notEqual(await records(), "");

    await startPlugin();
    await create();
    await endInOrder(() => assert.rejects(create(), { code: status.CANCELLED }));
    assert.deepEqual(await lab.workers(), []);
    assert.equal(await records(), "");

    await startPlugin();
    await remove(made);
  });

  it("ends by itself when the plugin is killed, and leaves no socket", async () => {
    await begin();
    await create();
    assert.deepEqual(await lab.sockets(), []);
    plugin.child.kill("SIGKILL");
    await gone();
    assert.deepEqual(await lab.sockets(), []);
  });

  it("ends with the plugin when the engine is gone, and its records stay", async () => {
    await begin();
    await create();
    await plugin.call("cancel", new Empty());
    // Without an engine to ask, the end of its stdin says it all.
    plugin.child.stdin?.end();
    assert.equal(await plugin.ended(), 1);
    await gone();
    assert.notEqual(await records(), "");
  });

  it("has a socket that no other user gets to, and takes that away when the plugin is killed meanwhile", async () => {
    lab = await SudoLab.start();
    const bin = path.join(lab.folder, "user");
    await lab.lab.run(["mkdir", bin]);
    // Its line never gets to the plugin, which waits for it.
    await writeProgram(path.join(bin, "sudo"), 'exec /usr/bin/sudo "$@" > /dev/null');
    await startPlugin({ PATH: `${bin}:${process.env.PATH}` });
    const made = create().catch(() => {});
    await until("the socket", async () => (await lab.sockets()).length === 2);
    const [folder = "", socket = ""] = await lab.sockets();
    assert.ok(folder.endsWith(` 700 ${ANN}`), folder);
    const file = `/run/ann/${socket.split(" ")[0]}`;
    const connect =
      'require("node:net").connect(process.argv[1]).on("error", (e) => { console.log(e.code); }).on("connect", function () { console.log("in"); this.destroy(); })';
    const knock = async (uid: number) =>
      (
        await lab.lab.run([...lab.as(uid).slice(lab.lab.door.length), process.execPath, "-e", connect, file], {
          cwd: "/",
        })
      ).trim();
    assert.deepEqual([await knock(NOBODY), await knock(54322), await knock(ANN)], ["EACCES", "EACCES", "in"]);
    plugin.child.kill("SIGKILL");
    await gone();
    assert.deepEqual(await lab.sockets(), []);
    await made;
  });

  it("that is killed is told of with what to do, in the middle of a call and after; the next run goes on", async () => {
    await begin({ shims: { ethtool: "echo > /run/reached; exec sleep 60" } });
    await create();
    const slow = { namespace: "net0", device: "lo", offloads: { gro: false } };
    const set = () =>
      plugin.call("create", new CreateRequest().setUrn(urn("LinkSettings", "slow")).setProperties(encode(slow)));
    const setting = set();
    setting.catch(() => {});
    await until("ethtool", async () => (await lab.lab.tryRun(["test", "-e", "/run/reached"])).exitCode === 0);
    const [worker] = await lab.workers();
    process.kill(worker?.pid ?? assert.fail(), "SIGKILL");
    const ended = {
      code: status.ABORTED,
      details:
        /^the provider's process that is root through sudo has ended in the middle\n {2}.*(SIGKILL|137)[\s\S]*Run `pulumi up` again/,
    };
    await assert.rejects(setting, ended);
    await assert.rejects(set(), ended);
    await endInOrder();

    await startPlugin();
    await create();
    assert.deepEqual(await list(), ["net0"]);
    assert.equal((await lab.asked()).length, 2);
  });

  it("gets the configuration, from the user's environment too, and nothing else of that", async () => {
    await begin({ shims: { ethtool: "exec sleep 60" } });
    const env = { NETNS_SUDO: "true", NETNS_TIMEOUT_SECONDS: "4", NODE_OPTIONS: "--no-deprecation", PATH: "/usr/bin" };
    await startPlugin(env, {});
    await create();
    const secret = encode({ namespace: "net0", device: "lo", mtu: 1400, offloads: { gro: false } }, [["mtu"]]);
    await assert.rejects(
      plugin.call("create", new CreateRequest().setUrn(urn("LinkSettings", "slow")).setProperties(secret)),
      { code: status.DEADLINE_EXCEEDED },
    );
    const [worker] = await lab.workers();
    assert.deepEqual(worker?.words.slice(1, 2), [lab.main]);
    assert.match(worker?.words.slice(2).join(" ") ?? "", /^--worker=\/run\/ann\/netns-\w{6}\/socket$/);
    // Node itself hands on where coverage is written.
    const names = worker?.env
      .map((one) => one.split("=")[0])
      .filter((name) => !/^SUDO_|^NODE_V8_COVERAGE$/.test(name ?? ""));
    assert.deepEqual(names?.sort(), ["LC_ALL", "LOGNAME", "PATH", "SHELL", "TERM", "USER"]);
    assert.ok(worker?.env.includes(`PATH=${lab.folder}/bin:/usr/sbin:/usr/bin:/sbin:/bin`));
  });

  it("that sudo refuses, is told of with what to do, and what needs no host goes on", async () => {
    await begin({ rule: "ann ALL=(ALL) ALL" });
    const refused = {
      code: status.PERMISSION_DENIED,
      details: /^could not start the provider as root through sudo\n[\s\S]*a password is required\n {2}Let sudo run it/,
    };
    await assert.rejects(create(), refused);
    await assert.rejects(list(), refused);
    assert.deepEqual(decode((await check()).getInputs()).values, NET);
    assert.deepEqual(await lab.sockets(), []);
  });

  it("cannot be started without sudo, nor where it ends at once, and that is told", async () => {
    await begin();
    await lab.lab.run(["mount", "-n", "--bind", "/dev/null", "/usr/bin/sudo"]);
    await assert.rejects(create(), { code: status.FAILED_PRECONDITION, details: /\n {2}sudo is not installed here: / });
    await lab.lab.run(["umount", "/usr/bin/sudo"]);
    await startPlugin({ XDG_RUNTIME_DIR: "/nowhere", TMPDIR: "/proc" });
    await assert.rejects(create(), { code: status.ABORTED, details: /mkdtemp '\/proc\/netns-.*\n.*XDG_RUNTIME_DIR/ });
    await startPlugin();
    await lab.lab.run(["mount", "-n", "--bind", "/dev/null", path.join(path.dirname(lab.main), "server/serve.js")]);
    const said =
      /could not start the provider as root through sudo\n {2}exit 1\n[\s\S]*serve is not a function[\s\S]*`sudo -n --/;
    await assert.rejects(create(), { code: status.ABORTED, details: said });
    assert.deepEqual(await lab.sockets(), []);
  });
});
