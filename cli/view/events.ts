import type { ServerResponse } from "node:http";

/** More than so waiting for a page, and that has gone to sleep: it is told again when it comes back. */
const MOST_WAITING = 32 * 1024 * 1024;

/** Server-sent events to one page. */
export class Events {
  constructor(private readonly response: ServerResponse) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
  }

  send(name: string, value: unknown): void {
    if (this.response.writableLength > MOST_WAITING) this.response.destroy();
    else this.response.write(`event: ${name}\ndata: ${JSON.stringify(value)}\n\n`);
  }

  onClose(then: () => void): void {
    this.response.on("close", then);
  }
}
