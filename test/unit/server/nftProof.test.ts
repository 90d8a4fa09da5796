import assert from "node:assert/strict";
import { lab } from "../../../provider/functions/lab";
import type { Netlink } from "../../../provider/netlink/netlink";
import { kinds } from "../../../provider/resources";
import { nftFaults } from "../../../provider/server/nftProof";
import { topologyOf } from "../../../provider/topology/topology";

const GOOD = "chain a {\n accept # fine\n}";
const BAD = "chain a {\n acept\n}";

/** What it says of each text, as nft does it: of the end that no version can read, too. */
async function faults(said: string, ...texts: Parameters<typeof nftFaults>[0]) {
  const asked: string[] = [];
  const netlink: Pick<Netlink, "parseNft"> = {
    async parseNft(text) {
      asked.push(text);
      return text.includes("acept") ? said : "/dev/stdin:5:1-1: Error: syntax error, unexpected junk\n?\n^\n";
    },
  };
  const found = await nftFaults(texts, netlink as Netlink, new AbortController().signal);
  return { found: found.map(({ path, reason }) => `${path.join(".")} ${reason}`), asked };
}

describe("rules that nft cannot read", () => {
  const path = ["rules"];

  it("are told with all lines, nothing of what stands in them, and nothing that hangs on the host", async () => {
    const said =
      "/dev/stdin:2:7-7: Error: syntax error, unexpected newline\n acept\n ^\n" +
      "/dev/stdin:3:1-4:2: Error: syntax error\n}\n^\n/dev/stdin:3:5-6: Error: Interface does not exist\n}\n^\n" +
      "/dev/stdin:5:1-1: Error: syntax error, unexpected junk\n?\n^\n";
    const texts = [GOOD, BAD].map((rules) => ({ path, family: "ip", rules }));
    const { found, asked } = await faults(said, ...texts);
    assert.deepEqual(found, ["rules has in line 2 a syntax error, unexpected newline; in line 3 a syntax error"]);
    assert.deepEqual(asked, ["table ip t {chain a {\n accept \n}\n}\n?\n", `table ip t {${BAD}\n}\n?\n`]);
  });

  it("are none that something else has been told of, and none where nft is not there", async () => {
    assert.deepEqual((await faults("", { path, family: "ip", rules: "acept" })).asked, []);
    const netlink = { parseNft: () => Promise.reject(new Error("no library")) } as unknown as Netlink;
    const texts = [{ path, family: "ip", rules: BAD }];
    assert.deepEqual(await nftFaults(texts, netlink, new AbortController().signal), []);
  });

  it("are looked for in a Topology, and in what hosts of a lab say", () => {
    assert.deepEqual(
      topologyOf(kinds).nftTexts?.({
        firewalls: [
          { name: "a", family: "x", rules: BAD },
          { name: "b", rules: BAD },
        ],
      }),
      [{ path: ["firewalls", 1, "rules"], family: "inet", rules: BAD }],
    );
    assert.deepEqual(lab.nftTexts?.({ hosts: { a: { firewall: "blockInbound" }, b: { firewall: BAD }, c: 1 } }), [
      { path: ["hosts", "b", "firewall"], family: "inet", rules: BAD },
    ]);
  });
});
