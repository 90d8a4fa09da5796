import { once } from "node:events";
import type { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { version } from "../../provider/version";
import type { Sink } from "./capture";
import type { PcapHeader } from "./pcap";
import { enhancedPacket, interfaceDescription, interfaceStatistics, sectionHeader } from "./pcapng";

export interface PcapngOptions {
  labels: readonly string[];
  headers: readonly PcapHeader[];
  filter: string;
}

/** A pcapng file with an interface an end. It is whole after every frame, should the machine go off. */
export function pcapngSink(output: Writable, { labels, headers, filter }: PcapngOptions): Sink {
  const interfaces = headers.map((header, index) => interfaceDescription(labels[index] ?? "", header, filter));
  output.write(Buffer.concat([sectionHeader(`netns ${version}`), ...interfaces]));
  return {
    async frame(frame, end) {
      if (!output.write(enhancedPacket(end, frame))) await once(output, "drain");
    },
    async end(endings) {
      const now = BigInt(Date.now()) * 1_000_000n;
      output.end(Buffer.concat(endings.map((ending, index) => interfaceStatistics(index, now, ending))));
      await finished(output);
    },
  };
}
