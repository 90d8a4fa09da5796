import type { FrameRow } from "../protocol";
import { element } from "./dom";

const MOST_ROWS = 500;

/** The frames at some ends, as they come. */
export class FramesPanel {
  private readonly name = crypto.randomUUID();
  private readonly body = element("tbody");
  private readonly state = element("p", {}, "starting …");
  private readonly filter = element("input", { placeholder: "filter, such as icmp or arp", ariaLabel: "filter" });
  private source: EventSource | undefined;
  private waiting: Node[] = [];

  constructor(
    private readonly ends: readonly string[],
    private readonly show: (...children: Node[]) => void,
  ) {
    this.filter.onchange = () => this.start();
  }

  start(): void {
    this.stop();
    this.body.replaceChildren();
    const ask = new URLSearchParams({ name: this.name, filter: this.filter.value });
    for (const end of this.ends) ask.append("end", end);
    this.source = new EventSource(`frames?${ask}`);
    this.source.addEventListener("listening", () => this.say("listening"));
    this.source.addEventListener("over", ({ data }) => {
      this.stop();
      this.say(JSON.parse(data));
    });
    this.source.addEventListener("frame", ({ data }) => this.add(JSON.parse(data)));
    const save = element("a", { href: `frames.pcapng?name=${this.name}`, download: "frames.pcapng" }, "save pcapng");
    const stop = element("button", { type: "button", onclick: () => this.stop("stopped") }, "stop");
    this.show(
      element("h2", {}, this.ends.join(" — ")),
      element("div", { className: "bar" }, this.filter, stop, save),
      this.state,
      element(
        "table",
        { className: "frames" },
        element("thead", {}, element("tr", {}, ...["time", "seen at", "frame"].map((head) => element("th", {}, head)))),
        this.body,
      ),
    );
  }

  stop(why?: string): void {
    this.source?.close();
    this.source = undefined;
    if (why !== undefined) this.say(why);
  }

  private say(text: string): void {
    this.state.textContent = text;
  }

  /** Many at once are drawn at once. */
  private add({ time, end, text }: FrameRow): void {
    const cells = [element("td", { className: "time" }, clock(time)), element("td", {}, end), element("td", {}, text)];
    this.waiting.push(element("tr", {}, ...cells));
    if (this.waiting.length > 1) return;
    requestAnimationFrame(() => {
      this.body.prepend(...this.waiting.reverse());
      this.waiting = [];
      while (this.body.children.length > MOST_ROWS) this.body.lastElementChild?.remove();
    });
  }
}

function clock(nanoseconds: string): string {
  const date = new Date(Number(BigInt(nanoseconds) / 1_000_000n));
  const micro = String((BigInt(nanoseconds) % 1_000_000_000n) / 1000n).padStart(6, "0");
  return `${date.toTimeString().slice(0, 8)}.${micro}`;
}
