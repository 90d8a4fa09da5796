import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { PeerFilter } from "../../../provider/host/peerFilter";

const OWN = process.geteuid?.() ?? 0;
/** The user of an established connection, behind all that comes before it. */
const UID = /^( *\d+: \S+ \S+ 01 \S+ \S+ \S+ +)\d+/gm;

describe("The filter of the plugin's peers", () => {
  /** A true connection to ourselves, at the filter of a plugin of `uid` that is shown `files` instead of the kernel's. */
  const connectAs = async ({ uid = OWN, owner = OWN, files = {}, listen = "127.0.0.1" }: Case) => {
    const warnings: string[] = [];
    const served: Socket[] = [];
    const server = createServer({ pauseOnConnect: true }).listen(0, listen);
    await once(server, "listening");
    const readFile = (path: string) => {
      const text = files[path];
      if (text instanceof Error) throw text;
      return text ?? readFileSync(path, "latin1").replace(UID, `$1${owner}`);
    };
    const peers = new PeerFilter({
      who: "The provider",
      uid,
      readFile,
      warn: (message) => warnings.push(message.replace(/port \d+/, "port N")),
      serve: (socket) => {
        served.push(socket);
        socket.on("data", (data) => socket.end(data)).resume();
      },
    });
    server.on("connection", (socket) => peers.admit(socket));
    const client = connect({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
    client.on("error", () => {}).write("early");
    let answer = "";
    client.on("data", (data) => {
      answer += data;
    });
    // A reset is an end, too.
    await new Promise((resolve) => client.once("close", resolve));
    server.close();
    return { answer, served: served.length, warnings };
  };

  it("lets in its own user, and loses nothing of what came before", async () => {
    assert.deepEqual(await connectAs({}), { answer: "early", served: 1, warnings: [] });
  });

  it("lets in its own user on a listener of both families", async () => {
    assert.deepEqual(await connectAs({ listen: "::" }), { answer: "early", served: 1, warnings: [] });
  });

  const refused: Record<string, Case & { says: RegExp }> = {
    "another user": {
      uid: 4711,
      owner: 4712,
      says: /a process of uid 4712, from port N\. Only the user that runs it \(uid 4711\) and root may use it\.$/,
    },
    "anybody, when the table is hidden": {
      files: { "/proc/self/net/tcp": new Error("EACCES: permission denied, open '/proc/self/net/tcp'") },
      says: /from port N, because its user cannot be told: EACCES: permission denied/,
    },
    "whoever has no row": {
      files: { "/proc/self/net/tcp": "" },
      says: /cannot be told: it is not among the established ones in \/proc\/self\/net\/tcp \(closed at once\?\)/,
    },
    "anybody, as the user that unknown ones are shown as": {
      uid: 65534,
      files: { "/proc/sys/kernel/overflowuid": "65534\n", "/proc/self/uid_map": "         0       1000          1\n" },
      says: /cannot be told: uid 65534 stands for every user that this user namespace does not know/,
    },
    "anybody, where unknown users are shown as root": {
      files: { "/proc/sys/kernel/overflowuid": "0\n", "/proc/self/uid_map": "         0       1000          1\n" },
      says: /cannot be told: uid 0 stands for every user/,
    },
  };
  for (const [title, { says, ...how }] of Object.entries(refused)) {
    it(`turns away ${title}, and says why`, async () => {
      const { answer, served, warnings } = await connectAs(how);
      assert.deepEqual({ answer, served, warned: warnings.length }, { answer: "", served: 0, warned: 1 });
      assert.match(warnings[0] ?? "", says);
    });
  }

  it("does not take the row of another for that of a connection that was reset before it was looked up", async () => {
    const warnings: string[] = [];
    let looked = 0;
    const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const peers = new PeerFilter({
      who: "The provider",
      uid: OWN,
      readFile: (path) => {
        if (path !== "/proc/self/net/tcp") return readFileSync(path, "latin1");
        const table = readFileSync(path, "latin1");
        // Between the look at the table and the use of what it says; a port of its own cannot be taken that fast here.
        if (looked++ === 0) client.resetAndDestroy();
        return table;
      },
      serve: () => assert.fail("served"),
      warn: (message) => warnings.push(message),
    });
    server.on("connection", (socket) => peers.admit(socket));
    const client = connect({ host: "127.0.0.1", port: (server.address() as AddressInfo).port });
    while (warnings.length === 0) await new Promise((resolve) => setImmediate(resolve));
    server.close();
    assert.ok(looked > 0);
  });
});

interface Case {
  /** Whose plugin it is, and whose the connections are. */
  uid?: number;
  owner?: number;
  files?: Record<string, string | Error>;
  listen?: string;
}
