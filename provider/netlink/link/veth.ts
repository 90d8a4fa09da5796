import { headed, nested, Table } from "../attributes";
import { ifinfomsg, linkTable } from "./common";

/** VETH_INFO_… of linux/veth.h: the other end, which the kernel does not show. */
export const veth = nested(new Table("VETH_INFO_", { peer: [1, headed(ifinfomsg, linkTable)] }));
