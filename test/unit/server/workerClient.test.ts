import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { Server, ServerCredentials, status } from "@grpc/grpc-js";
import { type Answer, type Reply, serviceOf } from "../../../provider/server/reply";
import { inReplies, WorkerClient } from "../../../provider/server/workerClient";
import { remove, scratch } from "../../support/engine/project";
import { writeProgram } from "../../support/labHost/sudoLab";

const MEGABYTE = 2 ** 20;

describe("the link to a worker", () => {
  let folder: string;
  let child: ChildProcessWithoutNullStreams;
  let server: Server;
  let asked: Parameters<Answer>[0][];
  let reply: Reply;
  let link: WorkerClient;
  beforeEach(async () => {
    folder = await scratch("link");
    asked = [];
    server = new Server({ "grpc.max_receive_message_length": -1 });
    const here: Answer = async (call) => {
      asked.push(call);
      return reply;
    };
    server.addService(...serviceOf(["create", "list"], inReplies(here)));
    const at = `unix:${folder}/socket`;
    await promisify(server.bindAsync).call(server, at, ServerCredentials.createInsecure());
    child = spawn("cat");
    link = new WorkerClient(child, path.join(folder, "socket"));
  });
  afterEach(async () => {
    server.forceShutdown();
    child.kill("SIGKILL");
    await remove(folder);
  });

  it("hands on what is asked and what is answered as it is, be it big, and of List each", async () => {
    reply = { answers: [Buffer.alloc(20 * MEGABYTE, 1)] };
    const call = { name: "create", request: Buffer.alloc(20 * MEGABYTE, 2) };
    assert.deepEqual(await link.pass(call), reply);
    assert.deepEqual(asked, [call]);
    reply = { answers: [Buffer.from("a"), Buffer.from("b")] };
    assert.deepEqual(await link.pass({ name: "list", request: Buffer.alloc(0) }), reply);
    reply = { answers: [] };
    assert.deepEqual(await link.pass({ name: "list", request: Buffer.alloc(0) }), reply);
  });

  it("hands on an error whole: code, words, and what goes along, be it bigger than trailers can be", async () => {
    const packed = Buffer.alloc(MEGABYTE, 3);
    for (const code of [status.UNKNOWN, status.UNAVAILABLE, status.INTERNAL]) {
      reply = { failure: { code, details: "é\n".repeat(100_000), packed } };
      assert.deepEqual(await link.pass({ name: "create", request: Buffer.alloc(0) }), reply);
    }
  });

  it("says how the worker has ended when it is lost", async () => {
    reply = { answers: [] };
    await link.pass({ name: "list", request: Buffer.alloc(0) });
    child.kill("SIGKILL");
    server.forceShutdown();
    const lost = await link.pass({ name: "list", request: Buffer.alloc(0) });
    assert.equal(lost.failure?.code, status.ABORTED);
    assert.match(
      lost.failure?.details ?? "",
      /has ended in the middle\n {2}killed by SIGKILL\n {2}Run `pulumi up` again/,
    );
  });

  it("tells a worker that the run is over, and waits for its end", async () => {
    let heard = "";
    child.stdout.on("data", (chunk) => {
      heard += chunk;
    });
    await link.end();
    assert.equal(heard, "end\n");
    assert.equal(child.exitCode, 0);
  });

  it("waits for a worker for so long and no longer, and says what has been said meanwhile", async () => {
    await writeProgram(path.join(folder, "sudo"), 'echo "$1 asks a far directory" >&2; cat > /dev/null');
    const { PATH } = process.env;
    process.env.PATH = `${folder}:${PATH}`;
    try {
      const debug: string[] = [];
      const { signal } = new AbortController();
      const options = { words: ["main"], socket: path.join(folder, "s"), signal, withinMs: 1000 };
      await assert.rejects(WorkerClient.open({ ...options, debug: (line) => debug.push(line) }), {
        kind: "timeout",
        message:
          /^could not start the provider as root through sudo\n {2}not there after 1 s\n {2}-n asks a far directory\n/,
      });
      assert.deepEqual(debug, [`sudo -n -- ${process.execPath} main`]);
      const cancel = new AbortController();
      const cancelled = WorkerClient.open({
        ...options,
        signal: cancel.signal,
        debug: () => setImmediate(() => cancel.abort()),
      });
      await assert.rejects(cancelled, { kind: "cancelled" });
    } finally {
      process.env.PATH = PATH;
    }
  });
});
