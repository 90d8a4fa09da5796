import { Netlink } from "../provider/netlink/netlink";
import { answerAsHalf } from "./half";
import { type Job, sendHere } from "./probing";

/** The half of `netns ping` that sends. */
void answerAsHalf((job: Job) => sendHere(new Netlink(), job));
