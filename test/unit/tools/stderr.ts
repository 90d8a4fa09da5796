export interface Heard {
  text(): string;
  stop(): void;
}

/** Collects what the tools say on stderr while a test runs, instead of showing it. */
export function listenToStderr(): Heard {
  const pieces: string[] = [];
  const write = process.stderr.write;
  process.stderr.write = (piece: string | Uint8Array) => {
    pieces.push(String(piece));
    return true;
  };
  return {
    text: () => pieces.join(""),
    stop: () => {
      process.stderr.write = write;
    },
  };
}
