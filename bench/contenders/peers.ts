import { chmod, copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { cacheDir, root } from "../../tools/places.mjs";
import { capture, findOnPath } from "../../tools/shell.mjs";
import { commands } from "../programs";
import { throughEngine } from "./engine";

const commandVersion = "1.2.1";
const commandHome = path.join(cacheDir(), `command-v${commandVersion}`);
const dynamicBin = path.join(cacheDir(), "dynamic-nodejs");
const dynamicStarter = "pulumi-resource-pulumi-nodejs";

/** What Pulumi's users take for such things: @pulumi/command. Registered as its own SDK does, without which it runs. */
export const command = throughEngine({
  id: "command",
  title: "@pulumi/command",
  prepare: installCommand,
  env: { PULUMI_HOME: commandHome },
  isEdited: false,
  program: commands(`
    const pulumi = require("@pulumi/pulumi");
    class Command extends pulumi.CustomResource {
      constructor(name, props, options) {
        super("command:local:Command", name, { ...props, stdout: undefined }, { ...options, version: "${commandVersion}" });
      }
    }`),
});

/** What needs no plugin of anyone's: a dynamic provider in the program itself. */
export const dynamic = throughEngine({
  id: "dynamic",
  title: "Pulumi dynamic provider",
  prepare: installDynamic,
  env: { PATH: `${dynamicBin}:${process.env.PATH}` },
  isEdited: false,
  program: commands(`
    const pulumi = require("@pulumi/pulumi");
    const run = (line) => require("node:util").promisify(require("node:child_process").exec)(line);
    const provider = {
      async create(inputs) {
        await run(inputs.create);
        return { id: inputs.create, outs: inputs };
      },
      async delete(id, outs) {
        await run(outs.delete);
      },
    };
    class Command extends pulumi.dynamic.Resource {
      constructor(name, props, options) {
        super(provider, name, props, options);
      }
    }`),
});

async function installCommand(): Promise<string> {
  const env = { ...process.env, PULUMI_HOME: commandHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  await capture(["pulumi", "plugin", "install", "resource", "command", commandVersion], { env });
  return commandVersion;
}

/** A starter that comes with Pulumi's release; an engine built from Go modules has it in the module of its Node host. */
async function installDynamic(): Promise<string> {
  const module = "github.com/pulumi/pulumi/sdk/v3";
  if (!findOnPath(dynamicStarter)) {
    const cwd = path.join(root, "tools/language-nodejs");
    const env = { ...process.env, GOWORK: "off" };
    const sources = await capture(["go", "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", module], { cwd, env });
    const starter = path.join(dynamicBin, dynamicStarter);
    await mkdir(dynamicBin, { recursive: true });
    await copyFile(path.join(sources.trim(), "nodejs/dist", dynamicStarter), starter);
    await chmod(starter, 0o755);
  }
  return (await capture(["pulumi", "version"])).trim();
}
