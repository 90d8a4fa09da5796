import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A line to a socket, of which one direction at a time can be held up. */
export class HeldLine {
  private there: Socket | undefined;
  private back: Socket | undefined;

  private constructor(private readonly server: Server) {}

  /** It listens on another socket, for one connection. */
  static async to(far: string, near: string): Promise<HeldLine> {
    const line = new HeldLine(createServer());
    line.server.on("connection", (socket) => {
      line.there = socket.on("data", (chunk) => line.back?.write(chunk)).on("error", () => {});
      line.back = connect(far)
        .on("data", (chunk) => socket.write(chunk))
        .on("error", () => {});
    });
    await once(line.server.listen(near), "listening");
    return line;
  }

  /** Holds up what goes in this direction from now on, and lets through all that the other has. */
  hold(direction: "there" | "back"): void {
    const [held, free] = direction === "there" ? [this.there, this.back] : [this.back, this.there];
    held?.pause();
    free?.resume();
  }

  close(): void {
    this.server.close();
    this.there?.destroy();
    this.back?.destroy();
  }
}
