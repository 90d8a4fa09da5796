import assert from "node:assert/strict";
import { whyForeign } from "../../../provider/host/foreign";

describe("a folder's owner", () => {
  const rows: [string, Parameters<typeof whyForeign>, string | undefined][] = [
    ["is oneself", [{ isFolder: true, uid: 1000, mode: 0o40755 }, 1000], undefined],
    ["is root, who may do all anyway", [{ isFolder: true, uid: 0, mode: 0o40755 }, 1000], undefined],
    ["is another user", [{ isFolder: true, uid: 1001, mode: 0o40700 }, 1000], "it belongs to uid 1001"],
    ["is another user, seen by root", [{ isFolder: true, uid: 1001, mode: 0o40700 }, 0], "it belongs to uid 1001"],
    ["lets a group write", [{ isFolder: true, uid: 0, mode: 0o40770 }, 0], "others may write into it"],
    ["lets all write", [{ isFolder: true, uid: 0, mode: 0o41777 }, 0], "others may write into it"],
  ];
  for (const [title, args, why] of rows) it(title, () => assert.equal(whyForeign(...args), why));
});
