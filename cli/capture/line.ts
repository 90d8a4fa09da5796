import { type Style, styled } from "../table";
import type { Frame } from "./pcap";
import type { End } from "./tcpdump";

const COLOURS: readonly Style[] = ["cyan", "yellow", "magenta", "green", "blue"];
const BILLION = 1_000_000_000n;

/** A frame for people: as tcpdump has it, with its end behind the time, where tcpdump says the device if that is `any`. */
export function textLine(ends: readonly End[]): (frame: Frame, end: number, text: string) => string {
  const width = Math.max(...ends.map(({ label }) => label.length));
  const labels = ends.map(({ label }, index) => styled(COLOURS[index % COLOURS.length] as Style, label.padEnd(width)));
  return ({ time }, end, text) => `${clock(time)} ${labels[end]} ${text}`;
}

/** A frame for programs. */
export function jsonLine(ends: readonly End[]): (frame: Frame, end: number, text: string) => string {
  return ({ time, length, data }, end, text) => {
    const { host, device } = ends[end] as End;
    return JSON.stringify({ time: iso(time), host, device, length, text, frame: data.toString("hex") });
  };
}

/** The time of the day here, in microseconds, as tcpdump has it. */
function clock(time: bigint): string {
  const date = new Date(Number(time / 1_000_000n));
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0"));
  return `${parts.join(":")}.${String((time % BILLION) / 1000n).padStart(6, "0")}`;
}

function iso(time: bigint): string {
  const seconds = new Date(Number(time / BILLION) * 1000).toISOString().slice(0, -".000Z".length);
  return `${seconds}.${String(time % BILLION).padStart(9, "0")}Z`;
}
