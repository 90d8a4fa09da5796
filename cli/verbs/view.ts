import { InvalidArgumentError, Option } from "commander";
import type { Verb } from "../verb";
import { view as show } from "../view/view";

export const view: Verb<{ port: number }> = {
  name: "view",
  summary: "show the live lab in a browser",
  description:
    "Show the live lab in a browser: links and their traffic, what differs from the stack, who reaches whom, " +
    "the frames on a cable, and everything about a host. It prints the address of the page, which is on " +
    "loopback and has a token in it: no other user and no other page can read it. It ends with Ctrl-C.",
  options: [new Option("-p, --port <number>", "where to listen").argParser(portNumber).default(0, "a free one")],
  examples: [
    ["netns view", "prints the address to open"],
    ["netns view --port 8000", "for a tunnel: ssh -L 8000:127.0.0.1:8000 LAB-MACHINE"],
  ],
  run: ({ options, at }) => show(options, at),
};

function portNumber(text: string): number {
  if (/^\d+$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw new InvalidArgumentError("It is a number, 65535 at most.");
}
