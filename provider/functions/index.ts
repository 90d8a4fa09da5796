import { containerNamespace } from "./containerNamespace";
import type { Func } from "./function";

/** Every function that the provider has. */
export const functions: readonly Func[] = [containerNamespace];
