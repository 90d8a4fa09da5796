const beatMs = { terminal: 1_000, log: 15_000 };

/** Runs a long step, saying what it is, how long it has taken so far, and how long it took. */
export async function step(title, work, out = process.stderr) {
  const started = Date.now();
  const elapsed = () => duration(Date.now() - started);
  const redraw = () => out.write(out.isTTY ? `\r\x1b[K${title} ... ${elapsed()}` : `${title} ... ${elapsed()}\n`);

  out.write(out.isTTY ? `${title} ...` : `${title} ...\n`);
  const beat = setInterval(redraw, out.isTTY ? beatMs.terminal : beatMs.log);
  try {
    const result = await work();
    end("done");
    return result;
  } catch (error) {
    end("failed");
    throw error;
  } finally {
    clearInterval(beat);
  }

  function end(word) {
    out.write(`${out.isTTY ? "\r\x1b[K" : ""}${title}: ${word} in ${elapsed()}\n`);
  }
}

/** A line about the set-up: on stderr, so that stdout stays clean for what a command is asked for. */
export function say(line) {
  process.stderr.write(`${line}\n`);
}

function duration(ms) {
  const seconds = ms / 1000;
  if (seconds < 60) {
    return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  }
  return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}
