import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { exportLines, labSettings } from "../../../tools/lab.mjs";
import { distDir, root } from "../../../tools/places.mjs";

describe("the settings for plain pulumi commands", () => {
  it("default to a folder of the repository, a passphrase and the stack lab", () => {
    assert.deepEqual(labSettings({}), {
      PULUMI_BACKEND_URL: `file://${root}/.pulumi-state?metadata=skip`,
      PULUMI_CONFIG_PASSPHRASE: "netns",
      PULUMI_STACK: "lab",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });

  it("leave what the user has set, an empty passphrase too", () => {
    const own = { PULUMI_BACKEND_URL: "s3://bucket", PULUMI_CONFIG_PASSPHRASE: "", PULUMI_STACK: "mine" };
    assert.deepEqual(labSettings(own), {
      PULUMI_BACKEND_URL: "s3://bucket",
      PULUMI_STACK: "mine",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });

  it("take a passphrase file for a passphrase", () => {
    assert.equal("PULUMI_CONFIG_PASSPHRASE" in labSettings({ PULUMI_CONFIG_PASSPHRASE_FILE: "/key" }), false);
  });

  it("survive eval by a shell, whatever characters they hold", () => {
    const odd = `/a b/it's "odd" $HOME \`id\` \\ * ; & ü\n#`;
    const lines = exportLines({ pulumi: `${odd}/pulumi`, folder: odd }, { PULUMI_STACK: odd, PULUMI_BACKEND_URL: odd });
    const script = `eval "$1"; printf '%s|%s|%s' "$PULUMI_STACK" "$PULUMI_BACKEND_URL" "$PATH"`;
    const seen = execFileSync("/bin/sh", ["-c", script, "sh", lines], {
      encoding: "utf8",
      env: { PATH: "/usr/bin:/bin" },
    });
    assert.equal(seen, `${odd}|${odd}|${odd}:${distDir}/cli:/usr/bin:/bin`);
  });

  it("put nothing on the PATH but `netns` when the engine is on it", () => {
    assert.match(
      exportLines({ pulumi: "/usr/bin/pulumi" }, {}),
      new RegExp(`^export PATH=${distDir}/cli:"\\$PATH"$`, "m"),
    );
  });
});
