import { text } from "node:stream/consumers";
import { asNetnsError } from "../../provider/errors";
import { localHost } from "../../provider/host/local";
import { Kernel } from "../../provider/kernel/kernel";
import { SharedReads } from "../../provider/kernel/readCache";
import { Netlink } from "../../provider/netlink/netlink";
import { why } from "../../provider/why/why";
import { type Packed, unpacked } from "./packed";

/** The half of `netns why` that looks at the host, as root where its user is not: a question on stdin, the answer on stdout. */
async function work(): Promise<void> {
  const { question, stack, timeoutMs } = JSON.parse(await text(process.stdin)) as Packed;
  const netlink = new Netlink();
  const { signal } = new AbortController();
  const kernel = new Kernel({ host: localHost, netlink, sharedReads: new SharedReads(), signal, debug: () => {} });
  const answer = await why(question, { kernel, netlink, stack: unpacked(stack), timeoutMs }).catch(
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
