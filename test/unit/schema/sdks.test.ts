import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { generatedFiles, recordedStamp, sdkStamp, writeSdks } from "../../../tools/sdks.mjs";
import { needs } from "../../support/suites/needs";

const root = path.join(__dirname, "../../..");

describe("the libraries for Python and Go", () => {
  it("are those of the schema that is checked in", () => {
    assert.deepEqual(recordedStamp(), sdkStamp(), "sdk is not fresh: run `npm run generate` where Go is installed");
  });

  it("have the module's name that the schema tells of", () => {
    const { language } = JSON.parse(readFileSync(path.join(root, "provider/schema.json"), "utf8"));
    const [, module] = /^module (\S+)$/m.exec(readFileSync(path.join(root, "sdk/go/go.mod"), "utf8")) ?? [];
    assert.equal(language.go.importBasePath, `${module}/netns`);
  });

  describe("as Pulumi's generators write them", () => {
    before(needs("go"));
    let folder = "";
    beforeEach(() => {
      folder = mkdtempSync(path.join(os.tmpdir(), "netns-sdks-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it("are the same, byte by byte", async function () {
      this.timeout(240_000);
      await writeSdks(folder);
      const files = generatedFiles(folder);
      assert.deepEqual(files, generatedFiles(path.join(root, "sdk")));
      for (const file of files) {
        const [fresh, checkedIn] = [folder, path.join(root, "sdk")].map((at) => readFileSync(path.join(at, file)));
        assert.ok(checkedIn && fresh?.equals(checkedIn), file);
      }
    });
  });
});
