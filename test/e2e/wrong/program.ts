import { REVIVE } from "../../support/engine/declared";

/** A program with one resource that is to be refused, and all that must be said of it. */
export interface WrongProgram {
  title: string;
  /** The resource's properties, with `secret(…)` where the program says so. */
  props: object;
  /** Each fault as `path: reason`. */
  faults: string[];
  /** The resource's logical name; `it` unless told. */
  name?: string;
  /** Stack configuration. */
  config?: Record<string, string>;
  /** Text that must appear nowhere. */
  hidden?: string;
}

/** The program: it declares what `case.json` beside it says, untyped as any JavaScript. */
export const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { type, name, props } = require("./case.json");
${REVIVE}
if (type === "Provider") new (class extends pulumi.ProviderResource {})("netns", name, revive(props));
else new pulumi.CustomResource("netns:index:" + type, name, revive(props));
`;
