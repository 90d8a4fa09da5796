import { rmdirSync, rmSync } from "node:fs";
import type { Server as NetServer, Socket } from "node:net";
import { dirname } from "node:path";
import { Server, ServerCredentials } from "@grpc/grpc-js";
import { definitions } from "../definitions";
import { localHost } from "../host/local";
import { PeerFilter } from "../host/peerFilter";
import { Netlink } from "../netlink/netlink";
import { handlersOf } from "./handlers";
import { Plugin } from "./plugin";
import { type Answer, replyOf, serviceOf } from "./reply";
import { Worker } from "./worker";
import { inReplies } from "./workerClient";

/** The engine's own limit: a message may hold a whole program's inputs. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
/** Children get this long to end by themselves when the engine is gone. */
const LAST_MS = 3000;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

export interface Start {
  /** Accepts connections paused. */
  listener: NetServer;
  /** The file that the plugin is started by; schema.json is beside it. */
  main: string;
  engineAddress: string | undefined;
  /** Where a worker listens. */
  socket: string | undefined;
}

/** Answers the engine, or as a worker the plugin that passes its calls on, until that ends us or is gone. */
export function serve({ listener, main, engineAddress, socket }: Start): void {
  const plugin = new Plugin(definitions, dirname(main), localHost, new Netlink());
  if (engineAddress !== undefined) plugin.engine.attach(engineAddress);
  const handlers = handlersOf(plugin);
  const here: Answer = (call) => replyOf(handlers, call);
  const names = Object.keys(handlers);
  if (socket !== undefined) {
    listener.on("connection", server(names, inReplies(here)));
    endWithPlugin(plugin, socket);
    return;
  }
  const worker = new Worker(plugin, main, here);
  const peers = new PeerFilter({
    who: "The provider",
    // Windows alone has no uids, and no /proc either.
    uid: process.geteuid?.() ?? -1,
    serve: server(names, (call) => worker.answer(call)),
    warn: (message) => {
      if (engineAddress === undefined) process.stderr.write(`${message}\n`);
      plugin.engine.log("warning", message, "");
    },
  });
  listener.on("connection", (one) => peers.admit(one));
  endWithEngine(plugin, worker);
}

/** Serves what is connected to. */
function server(names: readonly string[], answer: Answer): (socket: Socket) => void {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(...serviceOf(names, answer));
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return (socket) => {
    injector.injectConnection(socket);
    socket.resume();
  };
}

function endWithEngine(plugin: Plugin, worker: Worker): void {
  for (const signal of SIGNALS) {
    process.once(signal, () => void Promise.all([plugin.end(), worker.end()]).finally(() => process.exit(0)));
  }
  plugin.engine.watch(() => leave(plugin, worker));
}

/**
 * A worker's stdin is its life line: a word there says that the run is over, its end without one that the plugin is
 * gone. Signals are meant for the plugin, which is in the same group of processes, and tells us.
 */
function endWithPlugin(plugin: Plugin, socket: string): void {
  for (const signal of SIGNALS) process.on(signal, () => {});
  let isOver = false;
  process.stdin.once("data", () => {
    isOver = true;
    void plugin.end().finally(() => process.exit(0));
  });
  process.stdin
    .on("error", () => {})
    .once("close", () => {
      if (isOver) return;
      removeSocket(socket);
      leave(plugin);
    });
}

/** Whoever told us what to do is gone. */
function leave(plugin: Plugin, worker?: Worker): void {
  plugin.abandon();
  setTimeout(() => process.exit(1), LAST_MS).unref();
  void Promise.all([plugin.idle(), worker?.abandon()]).then(() => process.exit(1));
}

/** Where the plugin was killed before it did so itself. */
function removeSocket(socket: string): void {
  try {
    rmSync(socket);
    rmdirSync(dirname(socket));
  } catch {
    // It did.
  }
}
