import assert from "node:assert/strict";
import { Intents } from "../../../provider/lifecycle/intents";
import { FakeHost, folderFacts } from "../../support/provider/fakeHost";

const DIR = "/run/netns";
const URN = "urn:pulumi:dev::lab::netns:index:Namespace::a";
const OTHER = "urn:pulumi:dev::lab::netns:index:Namespace::b";
const about = (id: string, urn = URN) => ({ urn, type: "Namespace", id, where: { name: id } });

async function setUp() {
  const host = new FakeHost();
  await host.makeFolder(DIR);
  return { host, intents: new Intents(host) };
}

describe("an intent record", () => {
  it("holds the resource, its place and a mark, in a folder below /run", async () => {
    const { host, intents } = await setUp();
    const intent = await intents.begin({ ...about("net0"), found: { value: "0" } });
    const { mark, owner, ...rest } = intent;
    assert.equal(owner.pid, process.pid);
    assert.match(mark, /^pulumi:lab\/dev\/a:[0-9a-f]{18}$/);
    assert.deepEqual(rest, { ...about("net0"), found: { value: "0" } });
    const [path = ""] = host.files.keys();
    assert.match(path, /^\/run\/pulumi-netns\/[0-9a-f]{20}\/[0-9a-f]{20}-[0-9a-f]{20}\.json$/);
    assert.deepEqual(await intents.find(URN, "net0"), intent);
  });

  it("is neither read nor written where the folder is another user's", async () => {
    const { host } = await setUp();
    await new Intents(host).begin(about("net0"));
    host.foreign = "it belongs to uid 1000";
    const said = {
      kind: "permission",
      message: /\/run\/pulumi-netns may be another user's doing\n {2}it belongs to uid 1000\n/,
    };
    await assert.rejects(new Intents(host).find(URN, "net0"), said);
    await assert.rejects(new Intents(host).others(URN, "net1"), said);
    await assert.rejects(new Intents(host).begin(about("net1")), /it belongs to uid 1000/);
    assert.equal(host.files.size, 1);
  });

  it("is found by a later process", async () => {
    const { host, intents } = await setUp();
    const intent = await intents.begin(about("net0"));
    assert.deepEqual(await new Intents(host).find(URN, "net0"), intent);
  });

  it("is never another resource's, nor of the same under another id", async () => {
    const { intents } = await setUp();
    await intents.begin(about("net0"));
    assert.equal(await intents.find(OTHER, "net0"), undefined);
    assert.equal(await intents.find(URN, "net1"), undefined);
    assert.deepEqual(await intents.others(OTHER, "net1"), []);
  });

  it("is found under another id as what the same resource was about to make before", async () => {
    const { intents } = await setUp();
    const first = await intents.begin(about("net0"));
    await intents.begin(about("net1"));
    await intents.begin(about("net2", OTHER));
    assert.deepEqual(await intents.others(URN, "net1"), [first]);
  });

  it("is not what else is in the folder: a broken file, another one's, one that is being written", async () => {
    for (const text of ["", "{", "null", "1", '"text"', "[]", "{}", '{"mark":1}', `{"urn":"${URN}","id":"net0"}`]) {
      const { host, intents } = await setUp();
      await intents.begin(about("net0"));
      const [path = ""] = host.files.keys();
      host.files.set(path, text);
      host.files.set(`${path}.draft`, JSON.stringify(about("net1")));
      assert.equal(await intents.find(URN, "net0"), undefined, text);
      assert.deepEqual(await intents.others(URN, "net9"), [], text);
    }
  });

  it("goes when it is settled, and no other with it", async () => {
    const { host, intents } = await setUp();
    await intents.begin(about("net0"));
    await intents.begin(about("net1"));
    await intents.settle(URN, "net0");
    await intents.settle(URN, "never");
    assert.equal(await intents.find(URN, "net0"), undefined);
    assert.equal(host.files.size, 1);
  });

  it("goes at the orderly end of a run if it was answered for, else it stays", async () => {
    const { host, intents } = await setUp();
    await intents.begin(about("net0"));
    const open = await intents.begin(about("net1"));
    await intents.answer(URN, "net0");
    await intents.settleAnswered();
    assert.deepEqual(await new Intents(host).find(URN, "net1"), open);
    assert.equal(host.files.size, 1);
  });

  it("that was answered for by another process is not this one's to settle", async () => {
    const { host, intents } = await setUp();
    await intents.begin(about("net0"));
    await intents.answer(URN, "net0");
    const later = new Intents(host);
    await later.find(URN, "net0");
    await later.settleAnswered();
    assert.equal(host.files.size, 1);
  });

  it("is not looked for at the end of a run that made nothing", async () => {
    const host = new FakeHost();
    await new Intents(host).settleAnswered();
    assert.deepEqual(host.log, []);
  });
});

describe("the folder of the intent records", () => {
  it("is another one for every /run/netns, so that a reboot forgets them all", async () => {
    const { host, intents } = await setUp();
    await intents.begin(about("net0"));
    host.facts.set(DIR, folderFacts({ inode: 77, bornSeconds: 9, changedMs: 9 }));
    assert.equal(await new Intents(host).find(URN, "net0"), undefined);
  });

  it("is that of the /run/netns which the first record needs to be made", async () => {
    const host = new FakeHost();
    const intents = new Intents(host);
    assert.equal(await intents.find(URN, "net0"), undefined);
    const intent = await intents.begin(about("net0"));
    assert.ok(await host.stat(DIR));
    assert.deepEqual(await intents.find(URN, "net0"), intent);
    assert.deepEqual(await new Intents(host).find(URN, "net0"), intent);
  });
});
