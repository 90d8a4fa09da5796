import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createListener, type Socket } from "node:net";
import { NetnsError } from "../../provider/errors";
import { PeerFilter } from "../../provider/host/peerFilter";
import { pathFor } from "./guard";

export interface ServerOptions {
  token: string;
  port: number;
  /** Whose browser may come, besides root's. */
  uid: number;
  page: string;
  /** Answers what our page asks for; false where there is no such thing. */
  answer(path: URL, response: ServerResponse): boolean;
  warn(message: string): void;
}

/** Where the page is, and what ends it, with all that still asks. */
export interface Served {
  address: string;
  stop(): void;
}

/** Listens on loopback, and answers the page that it has given out itself, and nobody else. */
export async function serve({ token, port, uid, page, answer, warn }: ServerOptions): Promise<Served> {
  const headers = headersFor(page);
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const path = pathFor(request, token, (listener.address() as AddressInfo).port);
    if (!path) return void response.writeHead(403).end();
    if (path.pathname === "/") return void response.setHeader("content-type", "text/html; charset=utf-8").end(page);
    if (!answer(path, response)) response.writeHead(404).end();
  };
  const http = createServer(handle);
  const admitted = (socket: Socket) => {
    http.emit("connection", socket);
    socket.resume();
  };
  const peers = new PeerFilter({ who: "netns view", uid, warn, serve: admitted });
  // Nothing is read of a connection before it is known whose it is.
  const listener = createListener({ pauseOnConnect: true }, (socket) => peers.admit(socket));
  listener.listen(port, "127.0.0.1");
  await once(listener, "listening").catch(({ message }: Error) => {
    const todo = "Choose another port with `--port`; without it, netns takes a free one.";
    throw new NetnsError({ kind: "user", tried: `could not listen on port ${port}`, said: message, todo });
  });
  const stop = () => {
    listener.close();
    http.closeAllConnections();
  };
  return { address: `http://127.0.0.1:${(listener.address() as AddressInfo).port}/${token}/`, stop };
}

/** The page loads nothing from anywhere, is shown in no other one, and tells nobody its address. */
function headersFor(page: string): Record<string, string> {
  const script = /<script>([\s\S]*)<\/script>/.exec(page)?.[1] ?? "";
  const hash = createHash("sha256").update(script).digest("base64");
  return {
    "content-security-policy":
      `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; ` +
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
  };
}
