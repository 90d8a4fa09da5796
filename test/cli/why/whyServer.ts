import { localHost } from "../../../provider/host/local";
import { Kernel } from "../../../provider/kernel/kernel";
import { SharedReads } from "../../../provider/kernel/readCache";
import { type Resource, resourcesOf, type Written } from "../../../provider/model/resources";
import { Netlink } from "../../../provider/netlink/netlink";
import type { Question } from "../../../provider/why/question";
import { why } from "../../../provider/why/why";
import { serveMethods } from "../../support/labHost/serveMethods";

/** The program of a process inside a lab host that is asked why, many times, without a start for each. */
const netlink = new Netlink();
const signal = new AbortController().signal;
const kernel = new Kernel({ host: localHost, netlink, sharedReads: new SharedReads(), signal, debug: () => {} });
let stack: Resource[] = [];

const methods = {
  use(written: Written[]) {
    stack = resourcesOf(written);
  },
  ask: (question: Question, timeoutMs: number) => why(question, { kernel, netlink, stack, timeoutMs }),
};
export type WhyMethods = typeof methods;

serveMethods(methods);
