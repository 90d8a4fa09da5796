import { z } from "zod";
import { type Fault, parse } from "./check";
import { metaOf, unwrap } from "./meta";
import type { Json } from "./values";

/** What ssh may take for an option is no host. */
const HOST =
  /^ssh:\/\/(?:[^\s@/:-][^\s@/:]*@)?(?:\[[0-9A-Fa-f:.]+(?:%[\w.-]+)?\]|[A-Za-z0-9_][\w.-]*)(?::\d{1,5})?\/?$/;
const SANDBOX = /^[A-Za-z0-9][\w.-]{0,62}$/;
const HOST_RULE = "must be ssh://[USER@]HOST[:PORT]";
const SANDBOX_RULE = "must be a letter or digit, then up to 62 letters, digits, `.`, `_` or `-`";
const MOST_PORT = 65_535;

/** The provider's configuration. Each property's `environment` names the variable that it falls back to. */
export const configSchema = z
  .strictObject({
    host: z
      .string({ error: HOST_RULE })
      .regex(HOST, { error: HOST_RULE })
      .refine((host) => portOf(host) <= MOST_PORT, { error: `has a port above ${MOST_PORT}` })
      .optional()
      .meta({
        description:
          "Where the labs are: `ssh://[USER@]HOST[:PORT]`, by the OpenSSH client and its configuration here (keys, agent, " +
          "jump hosts, known_hosts); HOST may be an alias of ssh_config(5). It needs Node 20.19 or newer there. A change " +
          "replaces all that the provider has made. Default: the machine that Pulumi runs on.",
        environment: "NETNS_HOST",
      }),
    deleteUnreachable: z
      .boolean({ error: "must be true or false" })
      .optional()
      .meta({
        description:
          "Take what is on a lab host that cannot be reached for gone: reads find nothing, deletes succeed. For a host that is gone for " +
          "good, or made anew, in one run: `NETNS_DELETE_UNREACHABLE=true pulumi up`. What is on a host that comes back stays there. " +
          "Default: false.",
        environment: "NETNS_DELETE_UNREACHABLE",
      }),
    offline: z
      .boolean({ error: "must be true or false" })
      .optional()
      .meta({
        description:
          "Answer reads from the recorded state without touching the host, and refuse every change: for a reviewer " +
          "whose machine is not the lab host. Default: false.",
        environment: "NETNS_OFFLINE",
      }),
    findings: z
      .enum(["off", "warn", "error"], { error: "must be off, warn or error" })
      .optional()
      .meta({
        description:
          "What to do about a Topology in which something is certain not to work, by what its elements say (docs/findings.md): " +
          "`warn` of it, refuse it with `error`, which still only warns of what works in part, or `off`. Default: warn.",
        environment: "NETNS_FINDINGS",
      }),
    sandbox: z
      .string({ error: SANDBOX_RULE })
      .regex(SANDBOX, { error: SANDBOX_RULE })
      .optional()
      .meta({
        description:
          "Make the labs in a sandbox of this name, which any user may have: a network, mounts and a /run of its own, " +
          "in which that user is root (user_namespaces(7)). It is made when it is needed first, and ends with the last thing in it " +
          "(`netns sandbox list`). A change replaces all that the provider has made. Where the configuration says `host`, it says the " +
          "sandbox there, too, and NETNS_SANDBOX does not count. Default: none.",
        environment: "NETNS_SANDBOX",
      }),
    sudo: z
      .boolean({ error: "must be true or false" })
      .optional()
      .meta({
        description:
          "Look at the host and change it as root, through `sudo -n`, which asks for no password: for a user who is not " +
          "root but may use sudo. It starts one more process of the plugin in each run that needs the host. Not with `sandbox`. " +
          "Default: false.",
        environment: "NETNS_SUDO",
      }),
    timeoutSeconds: z
      .int({ error: "must be a whole number of seconds" })
      .min(1, { error: "is below 1 second" })
      .max(86400, { error: "is above 86400 seconds, which is a day" })
      .optional()
      .meta({
        description:
          "How long one create, read, update or delete may take, in seconds, 1 to 86400, where the resource option " +
          "`customTimeouts` does not say otherwise. Default: 60, and 600 for a Topology.",
        environment: "NETNS_TIMEOUT_SECONDS",
      }),
  })
  .meta({
    description:
      "The netns provider works on the machine that Pulumi runs on, unless it is told another place. Everything in its configuration is optional, and is set " +
      "with `pulumi config set netns:KEY VALUE`, as an argument of `netns.Provider`, or in the environment; the " +
      "configuration goes before the environment.",
  });

export type Config = z.output<typeof configSchema>;

/** The configuration from what the engine gives and from the environment. What is unknown yet stays Unknown. */
export function parseConfig(values: Json, env: NodeJS.ProcessEnv): { config: Config; faults: Fault[] } {
  const merged: Json = {};
  const variables = new Map<string, string>();
  for (const [key, value] of Object.entries(values)) {
    if (!isEngines(key)) merged[key] = fromText(value, configSchema.shape[key as keyof Config]);
  }
  for (const [key, field] of Object.entries(configSchema.shape)) {
    const variable = environmentOf(field);
    const text = variable && env[variable];
    if (!text || merged[key] !== undefined) continue;
    // What a user has for labs here is not for those that a program has on other hosts.
    if (key === "sandbox" && values.host !== undefined) continue;
    merged[key] = fromText(text, field);
    variables.set(key, variable);
  }
  const { parsed, faults } = parse(configSchema, merged);
  const all = [...faults, ...together(parsed as Config)];
  return { config: parsed as Config, faults: all.map((fault) => naming(fault, variables)) };
}

/** In a sandbox of root there would be no files but root's, for the uids of others are unknown there. */
function together({ sandbox, sudo }: Config): Fault[] {
  if (typeof sandbox !== "string" || sudo !== true) return [];
  return [{ path: ["sudo"], reason: "does not go with `sandbox`, which needs no root's rights: set only one of them" }];
}

function portOf(host: string): number {
  return Number(/:(\d+)\/?$/.exec(host)?.[1] ?? 0);
}

/** The environment variable that a property of the configuration falls back to. */
export function environmentOf(field: z.ZodType): string | undefined {
  return (metaOf(field) as { environment?: string }).environment;
}

/** The engine puts these of its own beside the configuration. */
function isEngines(key: string): boolean {
  return key === "version" || key === "pluginDownloadURL" || key.startsWith("__");
}

/** Stack configuration and the environment hold text only; text that is no JSON stays, for the schema to complain about. */
function fromText(value: unknown, field: z.ZodType | undefined): unknown {
  if (typeof value !== "string") return value;
  if (unwrap(field) instanceof z.ZodBoolean && /^[01]$/.test(value)) return value === "1";
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function naming(fault: Fault, variables: Map<string, string>): Fault {
  const variable = variables.get(String(fault.path[0]));
  return variable ? { ...fault, reason: `${fault.reason} (from the environment variable ${variable})` } : fault;
}
