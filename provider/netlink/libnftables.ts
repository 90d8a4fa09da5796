import { closeSync, writeSync } from "node:fs";
import { NetnsError } from "../errors";
import { checked, system } from "./system";

/** nftables by its own library, the one that the program `nft` is a thin shell of. */

export interface NftCommand {
  text: string;
  /** Given as a file: what is wrong is then told with its line, as `nft -f -` does. */
  isFile?: boolean;
  /** Without what counts packets (`-s`). */
  isStateless?: boolean;
  /** In the JSON of libnftables-json(5). */
  isJson?: boolean;
}

/** As a program that has ended: see RunResult of provider/host. */
export interface NftRan {
  stdout: string;
  stderr: string;
  exitCode: number | undefined;
  /** Why there is no exit code. */
  failure?: "aborted" | "killed";
}

type Context = { readonly context: unique symbol };

export interface Library {
  nft_ctx_new(flags: number): Context;
  nft_ctx_free(context: Context): void;
  nft_ctx_buffer_output(context: Context): number;
  nft_ctx_buffer_error(context: Context): number;
  nft_ctx_output_set_flags(context: Context, flags: number): void;
  nft_ctx_get_output_buffer(context: Context): string;
  nft_ctx_get_error_buffer(context: Context): string;
  nft_run_cmd_from_buffer(context: Context, text: string): number;
  nft_run_cmd_from_filename(context: Context, file: string): number;
}

/** nftables/libnftables.h */
const NFT_CTX_OUTPUT = { stateless: 4, json: 16 } as const;
const PROTOTYPES = [
  "void *nft_ctx_new(uint32_t flags)",
  "void nft_ctx_free(void *context)",
  "int nft_ctx_buffer_output(void *context)",
  "int nft_ctx_buffer_error(void *context)",
  "void nft_ctx_output_set_flags(void *context, unsigned int flags)",
  "const char *nft_ctx_get_output_buffer(void *context)",
  "const char *nft_ctx_get_error_buffer(void *context)",
  "int nft_run_cmd_from_buffer(void *context, const char *text)",
  "int nft_run_cmd_from_filename(void *context, const char *file)",
];
/** linux/memfd.h */
const MFD_CLOEXEC = 1;

let loaded: Library | undefined;

/** In the network namespace of this thread. Where the library finds a fault in itself, it ends the process. */
export function runNft({ text, isFile = false, isStateless = false, isJson = false }: NftCommand): NftRan {
  const nft = libnftables();
  // The kernel's socket is opened here, and what is known of devices is forgotten with it.
  const context = nft.nft_ctx_new(0);
  try {
    nft.nft_ctx_buffer_output(context);
    nft.nft_ctx_buffer_error(context);
    const flags = (isStateless ? NFT_CTX_OUTPUT.stateless : 0) | (isJson ? NFT_CTX_OUTPUT.json : 0);
    nft.nft_ctx_output_set_flags(context, flags);
    const run = () => nft.nft_run_cmd_from_buffer(context, text);
    const told = () => nft.nft_ctx_get_error_buffer(context);
    const [result, stderr] = isFile ? runFile(nft, context, text) : [run(), told()];
    return { stdout: nft.nft_ctx_get_output_buffer(context), stderr, exitCode: result === 0 ? 0 : 1 };
  } finally {
    nft.nft_ctx_free(context);
  }
}

/** From a file of nothing but memory, which is called what `nft -f -` calls it. */
function runFile(nft: Library, context: Context, text: string): [result: number, stderr: string] {
  const fd = checked(system().memfd_create("nft", MFD_CLOEXEC), "memfd_create");
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += writeSync(fd, bytes, at));
    const file = `/proc/self/fd/${fd}`;
    const result = nft.nft_run_cmd_from_filename(context, file);
    return [result, nft.nft_ctx_get_error_buffer(context).replaceAll(`${file}:`, "/dev/stdin:")];
  } finally {
    closeSync(fd);
  }
}

/** To load it takes longer than most that it does. */
export function libnftables(): Library {
  loaded ??= load();
  return loaded;
}

function load(): Library {
  // What is wrong with koffi itself is said there.
  system();
  const koffi = require("koffi") as typeof import("koffi");
  try {
    const library = koffi.load("libnftables.so.1");
    const calls = PROTOTYPES.map((text) => [/\w+(?=\()/.exec(text)?.[0] ?? "", library.func(text)]);
    return Object.fromEntries(calls) as Library;
  } catch (error) {
    throw new NetnsError({
      kind: "unsupported",
      tried: "could not load the library of nftables",
      said: error instanceof Error ? error.message.split("\n")[0] : String(error),
      todo: "libnftables is not installed here: a Firewall needs it (apt-get install nftables).",
    });
  }
}
