import assert from "node:assert/strict";
import { InvokeRequest } from "@pulumi/pulumi/proto/provider_pb";
import { type Json, type Path, Unknown } from "../../../provider/core/values";
import { functions } from "../../../provider/functions";
import { invoke, isPure } from "../../../provider/server/invokeRpc";
import { decode, encode } from "../../../provider/server/property";
import { type Answer, FakeHost, netnsFacts, pluginOn } from "../../support/provider/fakeHost";

interface Called {
  args: Json;
  secrets?: Path[];
  offline?: boolean;
  says?: Answer;
  token?: string;
}

/** A host where process 42 has a namespace of its own, and docker says `says`. */
function hostThat(says: Answer): FakeHost {
  const host = new FakeHost(() => says);
  for (const [process, inode] of Object.entries({ self: 1, 42: 2 }))
    host.facts.set(`/proc/${process}/ns/net`, netnsFacts(inode));
  return host;
}

async function called({ args, secrets = [], offline = false, says, token }: Called) {
  const host = hostThat(says);
  const plugin = pluginOn(host, []);
  plugin.configure({ offline });
  const request = new InvokeRequest().setTok(token ?? "netns:index:containerNamespace");
  const asked = invoke(plugin, functions, request.setArgs(encode(args, secrets)));
  const wrong = await asked.then(
    () => [],
    ({ message }: Error) => (/ wrong$/m.test(message) ? message.split("\n  ") : []),
  );
  const result = wrong.length > 0 ? { values: {}, secrets: [] } : decode((await asked).getReturn());
  return { result: result.values, secrets: result.secrets, wrong, commands: host.touched };
}

const FOUND = { path: "/proc/42/ns/net", pid: 42 };
const WAYS = "`pid`, `docker`, `podman`, `runc`, `crun`";
const NAME = "must consist of letters, digits, `_`, `.`, `+` and `-`, and begin with none of the last three";

describe("a call of containerNamespace", () => {
  it("gives the namespace's path and a pid, and changes nothing [29]", async () => {
    const { result, wrong, commands } = await called({ args: { docker: "web" }, says: { stdout: "42\n" } });
    assert.deepEqual([result, wrong], [FOUND, []]);
    assert.deepEqual(commands, ["docker inspect --type container --format {{.State.Pid}} web"]);
    assert.deepEqual((await called({ args: { pid: 42 } })).result, FOUND);
  });

  const wrong: [title: string, args: Json, faults: string[]][] = [
    ["nothing", {}, [`pid: is not given, nor another of ${WAYS}: one of them must name the container`]],
    [
      "two ways at once",
      { docker: "a", runc: "b" },
      [`runc: is given together with \`docker\`: only one of ${WAYS} can name the container`],
    ],
    ["an option for a name", { docker: "--all" }, [`docker: ${NAME}`]],
    ["names with spaces and slashes", { podman: "a b", runc: "../x" }, [`podman: ${NAME}`, `runc: ${NAME}`]],
    ["an empty name", { crun: "" }, ["crun: must not be empty"]],
    ["a pid of none", { pid: 0 }, ["pid: is below 1, the lowest pid there is"]],
    ["a pid beyond all", { pid: 4194305 }, ["pid: is above 4194304, the highest pid there is"]],
    ["a pid in words", { pid: "42" }, ["pid: must be a whole number"]],
    ["a folder of no root", { runc: "a", root: "run" }, ["root: must be an absolute path"]],
    [
      "a root for docker",
      { docker: "a", root: "/run/x" },
      ["root: is where `runc` and `crun` keep their state: use it together with one of them"],
    ],
    ["a word that it has not", { dokcer: "a" }, ["dokcer: is not a property of this; did you mean `docker`?"]],
  ];
  for (const [title, args, faults] of wrong) {
    it(`is refused with ${title}, and nothing is run [29]`, async () => {
      const answer = await called({ args });
      const head = faults.length === 1 ? "an argument is wrong" : `${faults.length} arguments are wrong`;
      assert.deepEqual([answer.wrong, answer.commands], [[head, ...faults], []]);
    });
  }

  it("says at the argument what went wrong", async () => {
    const { wrong } = await called({ args: { docker: "web" }, says: { stdout: "0\n" } });
    assert.equal(wrong[1], "docker: the container web of docker is not running");
  });

  it("hides a secret name, and what comes of it [14]", async () => {
    const secret = { args: { docker: "hidden" }, secrets: [["docker"]] };
    assert.deepEqual((await called({ ...secret, says: { stdout: "42\n" } })).secrets, [["path"], ["pid"]]);
    const { wrong } = await called({ ...secret, says: { stdout: "0\n" } });
    assert.equal(wrong[1], "docker: the container [secret] of docker is not running");
  });

  it("is refused as long as an argument is not known", async () => {
    const { wrong } = await called({ args: { docker: Unknown.value, pid: 0 } });
    assert.deepEqual(wrong, [
      "2 arguments are wrong",
      "pid: is below 1, the lowest pid there is",
      "docker: is not known yet",
    ]);
  });

  it("looks at nothing offline: it says what needs no look, and of the rest why not", async () => {
    const { result, commands } = await called({ args: { pid: 7 }, offline: true });
    assert.deepEqual([result, commands], [{ path: "/proc/7/ns/net", pid: 7 }, []]);
    await assert.rejects(called({ args: { docker: "web" }, offline: true }), {
      message: /^netns:index:containerNamespace: the host may not be looked at, because the provider is offline\n/,
    });
  });

  it("of another function says which there are [29]", async () => {
    await assert.rejects(called({ args: {}, token: "netns:index:getNamespace" }), {
      message: [
        "there is no function netns:index:getNamespace in the netns provider",
        "  The `get` of a resource's class reads what is there already. The functions are netns:index:containerNamespace, netns:index:lab, netns:index:pathTo.",
      ].join("\n"),
    });
  });
});

describe("a call of lab", () => {
  const token = "netns:index:lab";

  it("gives the lists of a Topology, and asks no host", async () => {
    const { result, wrong, commands } = await called({ token, args: { links: [{ between: ["a", "b"] }] } });
    const { topology, hosts } = result as { topology: Json; hosts: Record<string, Json> };
    assert.deepEqual(topology.namespaces, [{ name: "a" }, { name: "b" }]);
    assert.deepEqual([Object.keys(hosts), wrong, commands], [["a", "b"], [], []]);
    assert.deepEqual([isPure(token), isPure("netns:index:pathTo")], [true, false]);
  });

  it("says all that is wrong, each at its property", async () => {
    const args = { hosts: { a: { gateway: "x", addresses: ["10.0.0.1"] } }, switches: { s: { hosts: ["a"] } } };
    assert.deepEqual((await called({ token, args })).wrong, [
      "2 arguments are wrong",
      "hosts.a.addresses[0]: is in no subnet of a network that the host is on",
      "hosts.a.gateway: is no host of the lab",
    ]);
  });
});
