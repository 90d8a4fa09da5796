import assert from "node:assert/strict";
import { type Container, containerPid, netnsOf } from "../../../provider/kernel/container";
import { type Answer, FakeHost, kernelOn, netnsFacts } from "../../support/provider/fakeHost";

async function asked(container: Container, answer: Answer) {
  const host = new FakeHost(() => answer);
  const pid = await containerPid(kernelOn(host), container);
  return { pid, argv: host.argvs[0] };
}

describe("the pid of a container", () => {
  for (const runtime of ["docker", "podman"] as const) {
    it(`is what ${runtime} says of the container of that name, be there an image of it too`, async () => {
      assert.deepEqual(await asked({ runtime, name: "web" }, { stdout: "4242\n" }), {
        pid: 4242,
        argv: [runtime, "inspect", "--type", "container", "--format", "{{.State.Pid}}", "web"],
      });
    });
  }

  for (const runtime of ["runc", "crun"] as const) {
    it(`is in the OCI state that ${runtime} tells, in its folder where one is given`, async () => {
      const stdout = '{ "ociVersion": "1.0.2", "id": "web", "pid": 4242, "status": "running" }';
      assert.deepEqual(await asked({ runtime, name: "web" }, { stdout }), {
        pid: 4242,
        argv: [runtime, "state", "web"],
      });
      assert.deepEqual(await asked({ runtime, name: "web", root: "/run/x" }, { stdout }), {
        pid: 4242,
        argv: [runtime, "--root", "/run/x", "state", "web"],
      });
    });
  }

  const failures: [title: string, container: Container, answer: Answer, kind: string, message: string[]][] = [
    [
      "the command is not there",
      { runtime: "docker", name: "web" },
      { exitCode: undefined, failure: "notFound" },
      "unsupported",
      [
        "could not ask docker for the container web",
        "  docker inspect --type container --format '{{.State.Pid}}' web → notFound",
        "  docker is not installed here, or not on the provider's PATH: install it, or give the `pid` of a process that is in the container.",
      ],
    ],
    [
      "there is no such container",
      { runtime: "podman", name: "web" },
      { exitCode: 125, stderr: 'Error: inspecting object: no such container "web"' },
      "notFound",
      [
        "podman has no container web",
        "  podman inspect --type container --format '{{.State.Pid}}' web → exit 125: Error: inspecting object: no such container \"web\"",
        "  Start it first, or give the name of another: `podman ps --all` lists those of this user.",
      ],
    ],
    [
      "the runtime cannot be asked",
      { runtime: "docker", name: "web" },
      {
        exitCode: 1,
        stderr: "permission denied while trying to connect to the docker API at unix:///var/run/docker.sock",
      },
      "permission",
      [
        "could not ask docker for the container web",
        "  docker inspect --type container --format '{{.State.Pid}}' web → exit 1: permission denied while trying to connect to the docker API at unix:///var/run/docker.sock",
        "  Make sure that `docker inspect --type container --format '{{.State.Pid}}' web` works for the user that runs the provider.",
      ],
    ],
    [
      "the daemon's socket is missing, which is no word of the container",
      { runtime: "docker", name: "web" },
      { exitCode: 1, stderr: "dial unix /var/run/docker.sock: connect: no such file or directory" },
      "kernel",
      [
        "could not ask docker for the container web",
        "  docker inspect --type container --format '{{.State.Pid}}' web → exit 1: dial unix /var/run/docker.sock: connect: no such file or directory",
        "  Make sure that `docker inspect --type container --format '{{.State.Pid}}' web` works for the user that runs the provider.",
      ],
    ],
    [
      "the container does not run",
      { runtime: "docker", name: "web" },
      { stdout: "0\n" },
      "notFound",
      [
        "the container web of docker is not running",
        "  docker inspect --type container --format '{{.State.Pid}}' web → its pid is 0",
        "  Start it, and run `pulumi up` again: that makes everything in it.",
      ],
    ],
    [
      "what it prints tells no pid",
      { runtime: "crun", name: "web" },
      { stdout: '{ "pid": "many" }' },
      "unsupported",
      [
        "could not read what crun says about the container web",
        '  crun state web → { "pid": "many" }',
        "  That contains no pid: give the `pid` of a process that is in the container.",
      ],
    ],
  ];
  for (const [title, container, answer, kind, message] of failures) {
    it(`is an error at the runtime's argument where ${title}`, async () => {
      await assert.rejects(asked(container, answer), (error: Error & { kind: string; parts: { at: unknown } }) => {
        assert.deepEqual(error.message.split("\n"), message);
        assert.deepEqual([error.kind, error.parts.at], [kind, [container.runtime]]);
        return true;
      });
    });
  }
});

describe("the namespace of a process", () => {
  const hostWith = (its?: number) => {
    const host = new FakeHost();
    host.facts.set("/proc/thread-self/ns/net", netnsFacts(1));
    if (its !== undefined) host.facts.set("/proc/42/ns/net", netnsFacts(its));
    return host;
  };
  const of = (host: FakeHost) => netnsOf(kernelOn(host), 42, "the process 42", "pid");

  it("is a path, where it is another than the provider's", async () => {
    assert.equal(await of(hostWith(2)), "/proc/42/ns/net");
    await assert.rejects(of(hostWith(1)), { message: /^the process 42 has no network namespace of its own\n/ });
    await assert.rejects(of(hostWith()), {
      message: /^the process 42 has no .* to work in\n {2}there is no \/proc\/42/,
    });
  });

  it("is not taken for gone where this user may not look", async () => {
    const host = hostWith(2);
    const refused = Object.assign(new Error("EACCES: permission denied, stat '/proc/42/ns/net'"), { code: "EACCES" });
    host.stat = async () => {
      throw refused;
    };
    await assert.rejects(of(host), {
      message: [
        "could not look at the network namespace of the process 42",
        "  EACCES: permission denied, stat '/proc/42/ns/net'",
        "  Run it as root, or with `pulumi config set netns:sudo true`: the process is another user's.",
      ].join("\n"),
    });
    host.stat = async () => {
      throw new Error("something else");
    };
    await assert.rejects(of(host), { message: "something else" });
  });
});
