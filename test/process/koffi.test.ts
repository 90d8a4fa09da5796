import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { CheckRequest, type CheckResponse } from "@pulumi/pulumi/proto/provider_pb";
import { encode } from "../../provider/server/property";
import { copyPlugin, remove, scratch } from "../support/engine/project";
import { LabHost } from "../support/labHost/labHost";
import { RemoteProvider } from "../support/provider/remoteProvider";
import { urn } from "../support/provider/rpcs";
import { needs } from "../support/suites/needs";

const INPUTS = { name: "net0", loopbackUp: true };

describe("What speaks to the kernel, in the plugin's process,", function () {
  this.timeout(60_000);
  let lab: LabHost;
  let folder: string;
  let provider: RemoteProvider;
  before(needs("root", "nsenter", "ip"));
  beforeEach(async () => {
    lab = await LabHost.start();
    folder = await scratch("plugin");
  });
  afterEach(async () => {
    await provider.stop();
    await lab.stop();
    await remove(folder);
  });

  const checkAndPreview = async () => {
    const request = new CheckRequest().setUrn(urn("Namespace", "lab")).setNews(encode(INPUTS));
    const { plugin } = provider;
    assert.deepEqual((await plugin.call<CheckResponse>("check", request)).getFailuresList(), []);
    const { state } = await provider.create("Namespace", "lab", INPUTS, { preview: true });
    assert.deepEqual(state, { ...INPUTS, path: "/run/netns/net0" });
  };
  const isLoaded = async () => (await readFile(`/proc/${provider.plugin.child.pid}/maps`, "utf8")).includes("koffi");

  it("is not loaded before the first operation", async () => {
    provider = await RemoteProvider.start(lab.door);
    await checkAndPreview();
    assert.equal(await isLoaded(), false);
    const made = await provider.create("Namespace", "lab", INPUTS);
    assert.equal(await isLoaded(), true);
    await provider.delete("Namespace", "lab", made);
  });

  for (const [title, modules, said] of [
    ["koffi", [], "Cannot find module 'koffi'"],
    ["koffi's build for this machine", ["koffi"], "Cannot find the native Koffi module; did you bundle it correctly?"],
  ] as const) {
    it(`where ${title} is missing, is missed by the first operation alone, which says what to install`, async () => {
      provider = await RemoteProvider.start(lab.door, {}, await copyPlugin(folder, modules));
      await checkAndPreview();
      const expected = [
        `koffi does not load on ${process.platform} ${process.arch}: ${said}`,
        "Install the npm package `koffi` with its optional packages for this machine; Linux on x64 and arm64 has them.",
      ];
      const says = (error: Error) =>
        expected.every((line) => error.message.includes(line)) || assert.fail(error.message);
      await assert.rejects(provider.create("Namespace", "lab", INPUTS), says);
      await lab.ip("netns add net0");
      // What cannot be looked at is not taken for gone.
      const recorded = { id: "net0", inputs: INPUTS, state: { ...INPUTS, path: "/run/netns/net0", inode: 1 } };
      await assert.rejects(provider.read("Namespace", "lab", recorded), says);
      await assert.rejects(provider.delete("Namespace", "lab", recorded), says);
      await checkAndPreview();
    });
  }
});
