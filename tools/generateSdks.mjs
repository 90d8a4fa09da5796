import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { say, step } from "./progress.mjs";
import { generatedFiles, recordedStamp, sdkDir, sdkStamp, stampFile, writeSdks } from "./sdks.mjs";

if (JSON.stringify(recordedStamp()) !== JSON.stringify(sdkStamp())) {
  await renew();
}

async function renew() {
  const draft = mkdtempSync(path.join(os.tmpdir(), "netns-sdks-"));
  try {
    await step("Generating sdk/python and sdk/go", () => writeSdks(draft));
    for (const name of generatedFiles(sdkDir)) rmSync(path.join(sdkDir, name));
    cpSync(draft, sdkDir, { recursive: true });
  } catch (error) {
    say(`sdk/python and sdk/go are old, for they could not be generated: ${error.message}`);
    say("Install Go 1.25 or newer, reach a module proxy (GOPROXY), and run `npm run generate` again.");
    process.exitCode = 1;
    return;
  } finally {
    rmSync(draft, { recursive: true });
  }
  writeFileSync(stampFile, `${JSON.stringify(sdkStamp(), null, 2)}\n`);
}
