import { InvalidArgumentError, Option } from "commander";
import { StackArgument } from "../candidates";
import { namesOfEnds } from "../capture/ends";
import { type ListenOptions, listen } from "../capture/listen";
import type { Verb } from "../verb";

export const capture: Verb<ListenOptions> = {
  name: "capture",
  summary: "show the frames on several cables and devices at once, as tcpdump does",
  description:
    "Show the frames on a cable, a bridge, a device or all devices of a host, in one list, in the order in " +
    "which the kernel saw them, each with the device where it was seen, as tcpdump prints them. It ends with " +
    "Ctrl-C, or when all of its devices are gone. Its own messages go to stderr; the line that begins with " +
    "`listening on` says that from then on no frame is missed.",
  arguments: [
    new StackArgument(
      "<what...>",
      "a cable or a bridge by its resource, HOST/DEVICE, or a host (HOST/ where a cable has its name) for all its devices " +
        "that are up; the words after these are a filter, see pcap-filter(7)",
      namesOfEnds,
    ),
  ],
  options: [
    new Option("-w, --write <file>", "write a pcapng file, with an interface for each device; `-`: to stdout"),
    new Option("--json", "a line of JSON for each frame").conflicts("write"),
    new Option("-e, --link-level", "also show the MAC addresses and tags of each frame"),
    new Option("-c, --count <frames>", "end after this many frames").argParser(wholeNumber),
    new Option("--duration <seconds>", "end after this time").argParser(seconds),
    new Option("--snapshot-length <bytes>", "keep only this much of each frame")
      .argParser(wholeNumber)
      .default(262_144),
  ],
  examples: [
    ["netns capture link", "both ends of the cable `link`"],
    ["netns capture h1 h2/eth0 icmp or arp", "all devices of h1 and one of h2, pings only"],
    ["netns capture link -c 10 -w link.pcapng", "ten frames for Wireshark"],
    ["netns capture link -w - | wireshark -k -i -", "live in Wireshark"],
  ],
  run: ({ words, options, at }) => listen(words, options, at),
};

function wholeNumber(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number, 1 or more.");
}

function seconds(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a number of seconds, such as 10 or 0.5.");
}
