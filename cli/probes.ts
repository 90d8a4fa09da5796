import { Netlink } from "../provider/netlink/netlink";
import { answerAsHalf } from "./half";
import { addressesHere, type Looking } from "./learnt";
import { type Job, sendHere } from "./probing";

/** The half of `netns ping` that sends, and looks at the addresses that hosts have made themselves. */
void answerAsHalf((asked: Job | Looking) =>
  "addressesOf" in asked ? addressesHere(new Netlink(), asked) : sendHere(new Netlink(), asked),
);
