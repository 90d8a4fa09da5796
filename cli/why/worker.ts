import { text } from "node:stream/consumers";
import { asNetnsError } from "../../provider/errors";
import { Netlink } from "../../provider/netlink/netlink";
import { why } from "../../provider/why/why";
import { liveKernel } from "../live";
import { type Packed, unpacked } from "./packed";

/** The half of `netns why` that looks at the host, as root where its user is not: a question on stdin, the answer on stdout. */
async function work(): Promise<void> {
  const { question, stack, timeoutMs } = JSON.parse(await text(process.stdin)) as Packed;
  const netlink = new Netlink();
  const answer = await why(question, { kernel: liveKernel(netlink), netlink, stack: unpacked(stack), timeoutMs }).catch(
    (error: unknown) => ({
      failed: asNetnsError(error).parts,
    }),
  );
  process.stdout.write(JSON.stringify(answer));
}

work().then(
  // What still runs, such as the process of nftables, ends with this one.
  () => process.stdout.end(() => process.exit()),
);
