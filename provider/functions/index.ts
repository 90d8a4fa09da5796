import { containerNamespace } from "./containerNamespace";
import type { Func } from "./function";
import { lab } from "./lab";
import { pathTo } from "./pathTo";

/** Every function that the provider has. */
export const functions: readonly Func[] = [containerNamespace, lab, pathTo];
