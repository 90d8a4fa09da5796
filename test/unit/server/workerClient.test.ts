import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import { NetnsError } from "../../../provider/errors";
import type { Started } from "../../../provider/place/open";
import { PASS, type Passed, packCame, unpackPassed } from "../../../provider/server/passed";
import type { Reply } from "../../../provider/server/reply";
import { type Line, WorkerClient } from "../../../provider/server/workerClient";
import { remove, scratch } from "../../support/engine/project";
import { HeldLine } from "../../support/faults/heldLine";
import { writeProgram } from "../../support/labHost/sudoLab";
import { until } from "../../support/suites/until";

const MEGABYTE = 2 ** 20;
/** So much may be under way until the other side says that it has taken some of it. */
const WINDOW_OF_HTTP2 = 65_535;
const NOTHING = { name: "list", request: Buffer.alloc(0) };

describe("the link to a worker", () => {
  let folder: string;
  let child: ChildProcessWithoutNullStreams;
  let server: Server;
  let asked: Passed[];
  let reply: Reply;
  let lines: number;
  let told: Line[];
  let started: Started;
  let link: WorkerClient;
  beforeEach(async () => {
    folder = await scratch("link");
    asked = [];
    told = [];
    lines = 0;
    server = new Server({ "grpc.max_receive_message_length": -1 });
    server.addService(
      { pass: PASS },
      {
        pass: ({ request }: { request: Buffer }, done: (error: null, bytes: Buffer) => void) => {
          asked.push(unpackPassed(request));
          done(null, packCame({ lines, reply }));
        },
      },
    );
    const at = `unix:${folder}/socket`;
    await promisify(server.bindAsync).call(server, at, ServerCredentials.createInsecure());
    // It says again what is written to it.
    child = spawn("cat");
    child.stdin.write("listens\n");
    started = {
      child,
      socket: path.join(folder, "socket"),
      isFar: false,
      where: "of a test",
      failure: (said, kind) => new NetnsError({ kind, tried: "could not start it", said }),
      hide: async () => {},
    };
    link = new WorkerClient(started, (line) => told.push(line));
  });
  afterEach(async () => {
    server.forceShutdown();
    child.kill("SIGKILL");
    await remove(folder);
  });

  it("hands on what is asked and what is answered as it is, be it big, and of List each", async () => {
    reply = { answers: [Buffer.alloc(20 * MEGABYTE, 1)] };
    const call = { name: "create", request: Buffer.alloc(20 * MEGABYTE, 2) };
    const before = [{ name: "check", request: Buffer.from("é") }, NOTHING];
    assert.deepEqual(await link.pass(before, call), reply);
    assert.deepEqual(asked, [{ turn: 0, told: before, call }]);
    reply = { answers: [Buffer.from("a"), Buffer.from("b")] };
    assert.deepEqual(await link.pass([], NOTHING), reply);
    reply = { answers: [] };
    assert.deepEqual(await link.pass([], NOTHING), reply);
    assert.deepEqual(asked.at(-1), { turn: 2, told: [], call: NOTHING });
  });

  it("waits for one round trip alone on a line to afar, for a call of a Topology of thousands of elements, too", async () => {
    const many = Buffer.from(Array.from({ length: 20_000 }, (_, index) => `"namespace":"h${index}",`).join(""));
    assert.ok(many.length > 5 * WINDOW_OF_HTTP2);
    const socket = path.join(folder, "line");
    const line = await HeldLine.to(started.socket, socket);
    const far = new WorkerClient({ ...started, socket, isFar: true }, () => {});
    try {
      reply = { answers: [] };
      await far.pass([], NOTHING);
      reply = { answers: [many] };
      // Nothing comes back until all of it is there …
      line.hold("back");
      const answer = far.pass([], { name: "create", request: many });
      await until("the whole call", () => asked.length === 2);
      // … and then nothing more goes there.
      line.hold("there");
      assert.deepEqual(await answer, reply);
    } finally {
      line.close();
    }
  });

  it("hands on an error whole: code, words, and what goes along, be it bigger than trailers can be", async () => {
    const packed = Buffer.alloc(MEGABYTE, 3);
    for (const code of [status.UNKNOWN, status.UNAVAILABLE, status.INTERNAL]) {
      reply = { failure: { code, details: "é\n".repeat(100_000), packed } };
      assert.deepEqual(await link.pass([], NOTHING), reply);
      reply = { failure: { code, details: "" } };
      assert.deepEqual(await link.pass([], NOTHING), reply);
    }
  });

  it("gives a reply when all is told that the worker has said before it", async () => {
    const line = { severity: "info", message: "é\nas it is", urn: "urn" } as const;
    reply = { answers: [] };
    lines = 2;
    const came: string[] = [];
    const both = [1, 2].map(() => link.pass([], NOTHING).then(() => came.push(`after ${told.length}`)));
    child.stdin.write(`${JSON.stringify(line)}\n`);
    await until("both calls", async () => asked.length === 2);
    lines = 1;
    await link.pass([], NOTHING);
    assert.deepEqual([told, came], [[line], []]);
    child.stdin.write(`${JSON.stringify(line)}\n`);
    await Promise.all(both);
    assert.deepEqual(came, ["after 2", "after 2"]);
    lines = 9;
    const last = link.pass([], NOTHING);
    await until("the last call", async () => asked.length === 4);
    child.stdin.end();
    await last;
  });

  it("says how the worker has ended when it is lost", async () => {
    reply = { answers: [] };
    await link.pass([], NOTHING);
    child.kill("SIGKILL");
    server.forceShutdown();
    const lost = await link.pass([], NOTHING);
    assert.equal(lost.failure?.code, status.ABORTED);
    assert.match(
      lost.failure?.details ?? "",
      /^the provider's process of a test has ended in the middle\n {2}killed by SIGKILL\n {2}Run `pulumi up` again/,
    );
  });

  it("says that the connection is lost where ssh ends, and not what it leads to", async () => {
    started.isFar = true;
    reply = { answers: [] };
    await link.pass([], NOTHING);
    child.kill("SIGKILL");
    server.forceShutdown();
    assert.match(
      (await link.pass([], NOTHING)).failure?.details ?? "",
      /^the connection to the provider's process of a test was lost in the middle\n {2}killed by SIGKILL\n {2}See the host .* it goes on/,
    );
  });

  it("says that the worker has ended where ssh ends as that does", async () => {
    started.isFar = true;
    reply = { answers: [] };
    await link.pass([], NOTHING);
    child.stdin.end();
    server.forceShutdown();
    assert.match((await link.pass([], NOTHING)).failure?.details ?? "", /^the provider's process .*\n {2}exit 0\n/);
  });

  it("tells a worker that the run is over, and waits for its end", async () => {
    let heard = "";
    child.stdout.on("data", (chunk) => {
      heard += chunk;
    });
    await link.end();
    assert.match(heard, /end\n$/);
    assert.equal(child.exitCode, 0);
  });

  it("waits for a worker for so long and no longer, and says what has been said meanwhile", async () => {
    await writeProgram(path.join(folder, "sudo"), 'echo "$1 asks a far directory" >&2; cat > /dev/null');
    const { PATH } = process.env;
    process.env.PATH = `${folder}:${PATH}`;
    try {
      const debug: string[] = [];
      const { signal } = new AbortController();
      const options = { main: "main", signal, tell() {}, withinMs: 1000 };
      const opening = WorkerClient.open({ sudo: true }, { ...options, debug: (line) => debug.push(line) });
      await assert.rejects(opening, {
        kind: "timeout",
        message:
          /^could not start the provider as root through sudo\n {2}not there after 1 s\n {2}-n asks a far directory\n/,
      });
      assert.match(debug.join("\n"), /^sudo -n -- \S+ main --worker=\S+\/socket$/);
      const cancel = new AbortController();
      const cancelled = WorkerClient.open(
        { sudo: true },
        { ...options, signal: cancel.signal, debug: () => setImmediate(() => cancel.abort()) },
      );
      await assert.rejects(cancelled, { kind: "cancelled" });
    } finally {
      process.env.PATH = PATH;
    }
  });
});
