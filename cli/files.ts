import { join } from "node:path";

/** The plugin, as it is built beside the command. */
export const PLUGIN = join(__dirname, "../plugin");
