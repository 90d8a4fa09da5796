import type { Counters, Matrix, Picture, Table } from "../protocol";
import { byId, element } from "./dom";
import { FramesPanel } from "./frames";
import { driftPanel, hostPanel, matrixPanel, Panels, trafficPanel } from "./panels";
import { LivePicture } from "./picture";
import { inWords, type Rates, ratesBetween } from "./rates";

const HOST_MS = 2000;

const state = byId("state");
const whole = byId<HTMLInputElement>("whole");
const panels = new Panels();
let lab: Picture | undefined;
let counters: Counters | undefined;
let rates: Rates = new Map();
let host: string | undefined;
let frames: FramesPanel | undefined;

const picture = new LivePicture({
  host(name) {
    host = name;
    panels.show("Host");
  },
  cable(ends) {
    frames?.stop();
    frames = new FramesPanel(ends, (...children) => panels.fill(...children));
    picture.choose(ends);
    panels.show("Frames");
  },
});

panels.add("Drift", () => panels.fill(...driftPanel(lab?.drift)));
panels.add("Traffic", () => panels.fill(...trafficPanel(rates)));
panels.add("Pings", showPings);
panels.add("Frames", () => {
  if (frames) frames.start();
  else panels.fill(element("p", {}, "Click a cable in the picture to see its frames."));
});
panels.add("Host", () => void showHost());
panels.show("Drift");

whole.onchange = () => lab && picture.show(lab, whole.checked);
byId("smaller").onclick = () => picture.scale(-1);
byId("larger").onclick = () => picture.scale(1);
byId("fit").onclick = () => picture.scale(undefined);
setInterval(() => void (panels.current === "Host" && showHost()), HOST_MS);

const events = new EventSource("events");
events.onerror = () => say("the connection is lost: is `netns view` still running?", true);
on<Picture>("picture", (now) => {
  lab = now;
  picture.show(now, whole.checked);
  picture.move(rates);
  if (panels.current === "Drift") panels.show("Drift");
  const length = now.drift?.length;
  if (length === undefined) say("looking …", false);
  else say(length === 0 ? "as in the stack" : `${length} × different from the stack`, length > 0);
});
on<Counters>("counters", (now) => {
  rates = ratesBetween(counters, now);
  counters = now;
  picture.move(rates);
  if (panels.current === "Traffic") panels.show("Traffic");
  byId("traffic").textContent = inWords([...rates.values()].reduce((sum, { tx }) => sum + tx, 0));
});
on<string>("problem", (text) => say(text, true));

function on<Value>(name: string, then: (value: Value) => void): void {
  events.addEventListener(name, ({ data }) => then(JSON.parse(data)));
}

function say(text: string, isBad: boolean): void {
  state.textContent = text;
  state.classList.toggle("bad", isBad);
}

async function showHost(): Promise<void> {
  const asked = host;
  if (asked === undefined) return panels.fill(element("p", {}, "Click a host in the picture to see what it has."));
  const tables = await get<Table[]>(`tables?host=${encodeURIComponent(asked)}`);
  // Another panel, or another host, may have been chosen meanwhile.
  if (panels.current === "Host" && host === asked) panels.fill(...hostPanel(asked, tables));
}

function showPings(): void {
  const result = element("div", {}, element("p", {}, "Each host pings each other host once."));
  const again = element("button", { type: "button", onclick: () => void ping(result) }, "ping all");
  panels.fill(element("div", { className: "bar" }, again), result);
}

async function ping(result: HTMLElement): Promise<void> {
  result.replaceChildren(element("p", {}, "waiting for answers …"));
  const matrix = await get<Matrix>("ping");
  const sent = matrix.cells.flat().filter(({ text }) => text !== "");
  const answered = sent.filter(({ isReached }) => isReached).length;
  const different = sent.filter(({ isDifferent }) => isDifferent).length;
  const told =
    `${answered} of ${sent.length} were answered, in milliseconds; ${different} differ from what the ` +
    "program predicts";
  result.replaceChildren(element("p", {}, told), matrixPanel(matrix));
}

async function get<Value>(path: string): Promise<Value> {
  const response = await fetch(path);
  const value = await response.json();
  if (response.ok) return value;
  say(String(value), true);
  throw new Error(String(value));
}
