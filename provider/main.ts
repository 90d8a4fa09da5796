import { createServer } from "node:net";
import { join } from "node:path";
import { requireCached } from "./codeCache";
import type { serve as Serve } from "./server/serve";

/**
 * The plugin's start. The engine waits for the port line before it does anything else, so that comes first; the rest,
 * which takes longer to load than all before, is loaded while the engine connects. `--worker=SOCKET`: as what another
 * plugin passes calls on to, see server/front.ts. `--serve=SOCKET`: for an engine that another process leads there.
 */
const WORKER = "--worker=";
const SERVE = "--serve=";
const words = process.argv.slice(2);
// The engine puts flags of its own before the address: see buildPluginArguments in pulumi/pulumi.
const engineAddress = words.filter((word) => !word.startsWith("-")).at(-1);
const inSandbox = words.includes("--in-sandbox");
const after = (flag: string) => words.find((word) => word.startsWith(flag))?.slice(flag.length);
const worker = after(WORKER);
const socket = worker ?? after(SERVE);
// Nothing that arrives is read before it is known from whom: see server/peer.ts.
const listener = createServer({ pauseOnConnect: true });
// Who may get to a socket is said by its folder. A chmod of it would follow a link put in its place.
const umask = socket === undefined ? process.umask() : process.umask(0);
listener.listen(socket === undefined ? { port: 0, host: "127.0.0.1" } : { path: socket }, () => {
  process.umask(umask);
  const address = listener.address();
  process.stdout.write(`${typeof address === "object" ? address?.port : address}\n`);
  // A worker may be a copy on a lab host, which is to stay as it was brought.
  const keeps = worker === undefined;
  const { serve } = requireCached<{ serve: typeof Serve }>(join(__dirname, "server/serve.js"), { keeps });
  serve({ listener, main: __filename, engineAddress, socket, isWorker: worker !== undefined, inSandbox });
});
