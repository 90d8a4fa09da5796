import assert from "node:assert/strict";
import { Decoder } from "../../../../cli/capture/decoder";
import { remove, scratch } from "../../../support/engine/project";
import { writeProgram } from "../../../support/labHost/sudoLab";

const HEADER = { linkType: 1, snapLength: 65_535 };
const FRAME = { time: 1n, length: 1, data: Buffer.alloc(1) };

describe("a tcpdump that decodes", () => {
  it("and cannot, is told of by each frame, before its end and after", async () => {
    const folder = await scratch("decoder");
    const { PATH } = process.env;
    await writeProgram(`${folder}/tcpdump`, "echo \"tcpdump: Couldn't find user 'tcpdump'\" >&2; exit 1");
    process.env.PATH = `${folder}:${PATH}`;
    try {
      const decoder = new Decoder(HEADER, { withLinkLevel: false });
      const failed = {
        message: /^could not decode the frames\n {2}tcpdump: Couldn't find user 'tcpdump'\n {2}Write them/,
      };
      await assert.rejects(decoder.text(FRAME), failed);
      await assert.rejects(decoder.text(FRAME), failed);
    } finally {
      process.env.PATH = PATH;
      await remove(folder);
    }
  });
});
