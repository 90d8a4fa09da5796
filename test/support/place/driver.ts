import { ensureSandbox, findSandbox, listSandboxes, removeSandbox, startOwned } from "../../../provider/place/sandbox";

/** `node driver.js CALL [NAME]`: what a function of sandbox.ts returns, as JSON, for tests that are another user. */
const calls: Record<string, (name: string) => Promise<unknown>> = {
  ensure: (name) => ensureSandbox(name),
  find: async (name) => (await findSandbox(name)) ?? null,
  list: listSandboxes,
  own: startOwned,
  removeAll: async () => {
    for (const sandbox of await listSandboxes()) await removeSandbox(sandbox);
    return null;
  },
};

async function main([call = "", name = ""]: string[]): Promise<void> {
  process.stdout.write(`${JSON.stringify(await calls[call]?.(name))}\n`);
  // As an owner would go on.
  if (call === "own") setInterval(() => {}, 1000);
}

void main(process.argv.slice(2)).catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
