import type { NftAsked } from "../../../provider/netlink/nftablesWire";

/** Stands for the process of nftables: does what the first command says, and touches no network. */
const ORDERS: Record<string, (asked: NftAsked) => void> = {
  pid: () => say({ ran: { stdout: String(process.pid), stderr: "", exitCode: 0 } }),
  asked: (asked) => say({ ran: { stdout: JSON.stringify(asked), stderr: "", exitCode: 0 } }),
  environment: () => say({ ran: { stdout: String(process.env.LC_ALL), stderr: "", exitCode: 0 } }),
  abort: () => process.abort(),
  exit: () =>
    process.stderr.write("Unable to initialize Netlink socket: Protocol not supported\n", () => process.exit(3)),
  errno: () => say({ failure: { message: "setns: EPERM", code: "EPERM", errno: 1 } }),
  ours: () => say({ failure: { message: "tried", parts: { kind: "unsupported", tried: "tried" } } }),
  hang: () => {},
};

function say(answer: object): void {
  process.send?.(answer);
}

process.on("message", (asked: NftAsked) => {
  const order = asked.commands[0]?.text ?? "";
  // As if it were killed before it has heard of anything.
  if (order === "deaf") process.kill(process.pid, "SIGKILL");
  say({ isBegun: true });
  ORDERS[order]?.(asked);
});
process.once("disconnect", () => process.exit());
