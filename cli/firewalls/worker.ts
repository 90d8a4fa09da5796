import type { Table } from "../../provider/live/rulesets";
import { answerAsHalf } from "../half";
import { liveKernel } from "../live";
import { askNft } from "./askNft";

/** What know.ts starts in namespaces of its own: it has nft tell what the tables of each host mean. */
void answerAsHalf((asked: Table[][]) => askNft(liveKernel(), asked));
