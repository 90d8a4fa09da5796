import { Option } from "commander";

/** What the verbs have in common that write a program: how it is to be, and where it goes. */
export interface ProgramOptions {
  topology?: true;
  out?: string;
  import?: string;
}

export const outOption = new Option("-o, --out <file>", "write the program to this file, instead of standard output");
export const topologyOption = new Option("--topology", "one Topology instead of a resource for each thing");
