import type { Verb } from "../verb";
import { capture } from "./capture";
import { code } from "./code";
import { exec } from "./exec";
import { graph } from "./graph";
import { ls } from "./ls";
import { ping } from "./ping";
import { record } from "./record";
import { review } from "./review";
import { sandbox } from "./sandbox";
import { shell } from "./shell";
import { view } from "./view";
import { why } from "./why";

/** All verbs, in the order of the help. */
export const verbs: readonly Verb[] = [ls, graph, review, exec, shell, ping, why, capture, code, record, view, sandbox];
