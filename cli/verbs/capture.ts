import { InvalidArgumentError, Option } from "commander";
import { StackArgument } from "../candidates";
import { namesOfEnds } from "../capture/ends";
import { type ListenOptions, listen } from "../capture/listen";
import type { Verb } from "../verb";

export const capture: Verb<ListenOptions> = {
  name: "capture",
  summary: "see the frames on cables and devices, several at once, as tcpdump does",
  description:
    "See the frames that go over a cable, a bridge, a device or all devices of a host, in one list by the time at which " +
    "the kernel saw them, each with the end at which it was seen. What tcpdump says of them, it says here. It ends by " +
    "Ctrl-C, or when all of its devices are gone; all it says by itself is on stderr, where it begins with " +
    "`listening on` as soon as no frame is missed any more.",
  arguments: [
    new StackArgument(
      "<what...>",
      "a cable or a bridge by its resource, HOST/DEVICE, or a host (HOST/ where a cable has its name) for all its devices " +
        "that are up; words behind these are a filter, see pcap-filter(7)",
      namesOfEnds,
    ),
  ],
  options: [
    new Option("-w, --write <file>", "write a pcapng file, with an interface for each end; `-`: to stdout"),
    new Option("--json", "a line of JSON for each frame").conflicts("write"),
    new Option("-e, --link-level", "say the MAC addresses and tags of each frame, too"),
    new Option("-c, --count <frames>", "end after so many frames").argParser(wholeNumber),
    new Option("--duration <seconds>", "end after so long").argParser(seconds),
    new Option("--snapshot-length <bytes>", "keep no more of each frame").argParser(wholeNumber).default(262_144),
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
