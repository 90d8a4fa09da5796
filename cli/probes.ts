import { text } from "node:stream/consumers";
import { Netlink } from "../provider/netlink/netlink";
import { exitCodes } from "./exitCodes";
import { fail } from "./fail";
import { type Job, sendHere } from "./probing";

/** What probing.ts starts as root where its user is not: sends what it reads on stdin, and writes what became of it. */
text(process.stdin)
  .then(async (job) => process.stdout.write(JSON.stringify(await sendHere(new Netlink(), JSON.parse(job) as Job))))
  .catch((error: unknown) => fail(error, exitCodes.failed));
