import type { Component } from "./component";
import { vxlanLink } from "./vxlanLink";

/** Every component that the provider has. */
export const components: readonly Component[] = [vxlanLink];
