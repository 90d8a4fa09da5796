import { Netlink } from "../../provider/netlink/netlink";
import { why } from "../../provider/why/why";
import { answerAsHalf } from "../half";
import { liveKernel } from "../live";
import { type Packed, unpacked } from "./packed";

/** The half of `netns why` that looks at the host. */
void answerAsHalf(({ question, stack, timeoutMs }: Packed) => {
  const netlink = new Netlink();
  return why(question, { kernel: liveKernel(netlink), netlink, stack: unpacked(stack), timeoutMs });
});
