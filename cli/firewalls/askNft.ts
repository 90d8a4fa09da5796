import type { Kernel } from "../../provider/kernel/kernel";
import { rulesetByNft } from "../../provider/kernel/nft";
import type { Table } from "../../provider/live/rulesets";

/** What nft makes of the tables of each host; hosts that have the same are asked about once. */
export async function askNft(kernel: Kernel, asked: readonly Table[][]): Promise<unknown[]> {
  const known = new Map<string, Promise<unknown>>();
  const told = asked.map((tables) => {
    const text = JSON.stringify(tables);
    const answer = known.get(text) ?? rulesetByNft(kernel, tables);
    known.set(text, answer);
    return answer;
  });
  return Promise.all(told);
}
