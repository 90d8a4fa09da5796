import { createWriteStream, openSync, type WriteStream } from "node:fs";
import { NetnsError } from "../provider/errors";

/** Writes a text to the file that a user names, or else to stdout. */
export async function writeOut(file: string | undefined, text: string): Promise<void> {
  if (file === undefined) return void process.stdout.write(text);
  const stream = openOut(file);
  await new Promise<void>((resolve, reject) => {
    stream.on("error", (error) => reject(notWritten(file, error)));
    stream.end(text, resolve);
  });
}

/** The file that a user names, emptied to be written. */
export function openOut(file: string): WriteStream {
  try {
    return createWriteStream(file, { fd: openSync(file, "w") });
  } catch (error) {
    throw notWritten(file, error as Error);
  }
}

function notWritten(file: string, { message }: Error): NetnsError {
  return new NetnsError({ kind: "user", tried: `could not write ${file}`, said: message });
}
