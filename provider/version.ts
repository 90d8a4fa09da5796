/** The version of the package, the plugin and the SDK, which are one. */
export const version = "0.2.0";
