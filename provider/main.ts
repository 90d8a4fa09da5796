import { createServer } from "node:net";
import type { serve as Serve } from "./server/serve";

/**
 * The plugin's start. The engine waits for the port line before it does anything else, so that comes first; the rest,
 * which takes longer to load than all before, is loaded while the engine connects.
 */
// The engine puts flags of its own before the address: see buildPluginArguments in pulumi/pulumi.
const engineAddress = process.argv
  .slice(2)
  .filter((argument) => !argument.startsWith("-"))
  .at(-1);
// Nothing that arrives is read before it is known from whom: see server/peer.ts.
const listener = createServer({ pauseOnConnect: true });
listener.listen(0, "127.0.0.1", () => {
  const address = listener.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : address}\n`);
  const { serve } = require("./server/serve") as { serve: typeof Serve };
  serve(listener, __dirname, engineAddress);
});
