import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Capture } from "../support/labHost/capture";
import type { LabHost } from "../support/labHost/labHost";
import { until } from "../support/suites/until";

const UP = /^(npm run|pulumi) up .*/;
/** What only shows, and may be typed again: routers take a moment to find each other. */
const SHOWS = /^(ip|nsenter) .*\bshow\b/;

interface Block {
  language: string;
  lines: string[];
}

/**
 * Does what a page says: types each line of its `sh` blocks, in one shell after the other with the same environment, and
 * sees that each line of the `text` blocks after them was shown. `…` stands for anything. What only shows something is typed
 * again until it shows that, for a while. A tcpdump goes on in its own terminal until the next line is typed after what it shows was
 * read. An `up` goes without its preview, which takes as long as itself and shows nothing that the pages tell of; that of
 * README.md has it.
 */
export async function followPage(host: LabHost, folder: string, page: string, env: NodeJS.ProcessEnv): Promise<void> {
  const state = path.join(folder, ".environment");
  await writeFile(state, "");
  let shown = "";
  let capture: Capture | undefined;
  let isRead = false;
  let typed: string[] = [];

  const type = async (line: string) => {
    if (/\btcpdump\b/.test(line)) {
      capture = await Capture.by(host, line.split(" "));
      return;
    }
    const script = `. ${state}; ${line}\ncode=$?; export -p > ${state}; exit $code`;
    const ran = await host.tryRun(["bash", "-c", script], { cwd: folder, env, timeoutMs: 120_000 });
    shown += `${ran.stdout}\n${ran.stderr}\n`;
    const mayFail = /\bping\b/.test(line);
    assert.ok(ran.exitCode === 0 || mayFail, `${line} ended with ${ran.exitCode}\n${shown}`);
  };

  const again = async (pattern: RegExp) => {
    for (const line of typed) await type(line);
    return pattern.test(shown);
  };

  for (const { language, lines } of blocks(await readFile(page, "utf8"))) {
    if (language === "sh") {
      if (isRead) {
        await capture?.stop();
        capture = undefined;
        shown = "";
        isRead = false;
        typed = [];
      }
      typed.push(...lines);
      for (const line of lines) await type(line.replace(UP, "$& --skip-preview"));
    } else if (language === "text" && shown !== "") {
      for (const line of lines) {
        const pattern = asPattern(line);
        if (pattern.test(shown)) continue;
        if (capture) await capture.until(pattern);
        else if (typed.every((one) => SHOWS.test(one))) await until(line, () => again(pattern), { withinMs: 10_000 });
        else assert.fail(`not shown: ${line}\n${shown}`);
      }
      isRead = true;
    }
  }
  await capture?.stop();
}

function blocks(text: string): Block[] {
  return [...text.matchAll(/^```(\w+)\n([\s\S]*?)\n```$/gm)].map(([, language = "", body = ""]) => ({
    language,
    lines: body.split("\n").filter(Boolean),
  }));
}

function asPattern(line: string): RegExp {
  const words = line.trim().split(/\s+/);
  return new RegExp(words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&").replace("…", ".*")).join("\\s+"));
}
