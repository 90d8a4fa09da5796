import { text } from "node:stream/consumers";
import type { Table } from "../../provider/live/rulesets";
import { exitCodes } from "../exitCodes";
import { fail } from "../fail";
import { liveKernel } from "../live";
import { askNft } from "./askNft";

/** What know.ts starts in namespaces of its own: the tables of each host on stdin, what nft makes of them on stdout. */
text(process.stdin)
  .then(async (asked) => JSON.stringify(await askNft(liveKernel(), JSON.parse(asked) as Table[][])))
  // What still runs, such as the process of nftables, ends with this one.
  .then((told) => process.stdout.end(told, () => process.exit()))
  .catch((error: unknown) => {
    fail(error, exitCodes.failed);
    process.exit();
  });
