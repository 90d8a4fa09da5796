import type { Server as NetServer, Socket } from "node:net";
import { dirname } from "node:path";
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { definitions } from "../definitions";
import { localHost } from "../host/local";
import { PeerFilter } from "../host/peerFilter";
import { Netlink } from "../netlink/netlink";
import { Engine } from "./engine";
import { Front } from "./front";
import { handlersOf } from "./handlers";
import { InSandbox } from "./inSandbox";
import { Plugin } from "./plugin";
import { type Answer, replyOf, serviceOf } from "./reply";
import { isSerial } from "./serial";
import { Lines, WorkerService, watchLifeLine, workerHandlers } from "./workerServer";

/** The engine's own limit: a message may hold a whole program's inputs. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;
/** Children get this long to end by themselves when the engine is gone. */
const LAST_MS = 3000;

export interface Start {
  /** Accepts connections paused. */
  listener: NetServer;
  /** The file that the plugin is started by; schema.json is beside it. */
  main: string;
  engineAddress: string | undefined;
  /** Where it listens, if not at a port. */
  socket: string | undefined;
  /** Whether another plugin passes calls on to it, or an engine finds its way there: see testing/plugin.ts. */
  isWorker: boolean;
  /** Whether it is in a sandbox. */
  inSandbox: boolean;
}

/** Answers the engine, or as a worker the plugin that passes its calls on, until that ends us or is gone. */
export function serve(start: Start): void {
  if (start.socket === undefined) serveEngine(start);
  else serveStarter(start, start.socket);
}

function serveEngine({ listener, main, engineAddress }: Start): void {
  const engine = new Engine();
  if (engineAddress !== undefined) engine.attach(engineAddress);
  const plugin = new Plugin(definitions, dirname(main), localHost, new Netlink(), engine);
  plugin.isSerial = isSerial();
  const handlers = handlersOf(plugin);
  const front = new Front(
    plugin,
    main,
    (call) => replyOf(handlers, call),
    ({ severity, message, urn }) => engine.log(severity, message, urn),
  );
  const peers = new PeerFilter({
    who: "The provider",
    // Windows alone has no uids, and no /proc either.
    uid: process.geteuid?.() ?? -1,
    serve: server(serviceOf(Object.keys(handlers), (call) => front.answer(call))),
    warn: (message) => {
      if (engineAddress === undefined) process.stderr.write(`${message}\n`);
      engine.log("warning", message, "");
    },
  });
  listener.on("connection", (one) => peers.admit(one));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void Promise.all([plugin.end(), front.end()]).finally(() => process.exit(0)));
  }
  engine.watch(() => leave(plugin, front));
}

/** Serves who has started us, to whom it tells all, and with whom it ends. */
function serveStarter({ listener, main, isWorker, inSandbox }: Start, socket: string): void {
  // What those say has come with the configuration.
  for (const name of Object.keys(process.env)) if (name.startsWith("NETNS_")) delete process.env[name];
  const [lines, netlink] = [new Lines(), new Netlink()];
  const plugin = new Plugin(definitions, dirname(main), localHost, netlink, lines);
  const sandbox = inSandbox ? new InSandbox(netlink) : undefined;
  const ours = handlersOf(plugin);
  const handlers = { ...ours, ...workerHandlers(plugin) };
  const here: Answer = (call) => replyOf(handlers, call);
  const { definition, implementation } = new WorkerService(plugin, lines, here);
  // What fails here the calls will tell.
  const ready = Promise.resolve(sandbox?.setLoopbackUp()).catch(() => {});
  const serveIt = server(isWorker ? [definition, implementation] : serviceOf(Object.keys(ours), here));
  listener.on("connection", (one) => void ready.then(() => serveIt(one)));
  watchLifeLine(socket, {
    end: () =>
      void plugin
        .end()
        // That of a test is not ours to end.
        .then(() => (isWorker ? sandbox?.endIfEmpty() : undefined))
        .finally(() => process.exit(0)),
    leave: () => leave(plugin),
  });
}

/** Serves what is connected to. */
function server(service: [ServiceDefinition, UntypedServiceImplementation]): (socket: Socket) => void {
  const server = new Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(...service);
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  return (socket) => {
    injector.injectConnection(socket);
    socket.resume();
  };
}

/** Whoever told us what to do is gone. */
function leave(plugin: Plugin, front?: Front): void {
  plugin.abandon();
  setTimeout(() => process.exit(1), LAST_MS).unref();
  void Promise.all([plugin.idle(), front?.abandon()]).then(() => process.exit(1));
}
