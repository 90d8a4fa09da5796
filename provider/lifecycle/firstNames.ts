import { getAt, type Json, type Path, pathText } from "../core/values";
import { NetnsError } from "../errors";
import type { Kernel } from "../kernel/kernel";
import type { Kind, Named } from "../resources/kind";

/** What is to be made; `path`: where it stands in a topology. */
interface New {
  kind: Kind;
  values: Json;
  path?: Path;
}

/**
 * The kernel takes another name of a device (altname) as well, and shows the first: then nothing would be where it is
 * looked for. So what names a device by one is refused before anything is made; and so is a new device with such a name.
 * `isGoing`: whether a device goes first, with all its names.
 */
export async function needFirstNames(
  kernel: Kernel,
  subject: string,
  { kind, values, path = [] }: New,
  isGoing: (device: Omit<Named, "path">) => boolean = () => false,
): Promise<void> {
  const first = async ({ name = "", at }: Named) => {
    const [link] = (await kernel.device(at.namespace, name)) ?? [];
    const isOther = link !== undefined && link.ifname !== name && !isGoing({ name: link.ifname, at });
    return isOther ? link.ifname : undefined;
  };
  const firstOf = (all: readonly Named[] = []) =>
    Promise.all(all.map(async (named) => ({ named, device: await first(named) })));
  const [on, made] = await Promise.all([firstOf(kind.on?.(values)), firstOf(kind.devices?.(values))]);
  for (const { named, device } of on) {
    if (device === undefined) continue;
    const property = pathText([...path, ...named.path]);
    const isWhole = getAt(values, named.path) === named.name;
    throw new NetnsError({
      kind: "user",
      tried: `${subject}: the device ${named.name} cannot be used under that name`,
      said: `${named.name} is another name (altname) of ${device}`,
      todo: isWhole ? `Write \`${property}: "${device}"\`.` : `Write ${device} instead in \`${property}\`.`,
    });
  }
  for (const { named, device } of made) {
    if (device === undefined) continue;
    throw new NetnsError({
      kind: "exists",
      tried: `${subject}: the name ${named.name} is already taken`,
      said: `${named.name} is another name (altname) of ${device}`,
      todo:
        `Choose another name (\`${pathText([...path, ...named.path])}\`), or take this one from ${device}: ` +
        `\`ip link property del dev ${device} altname ${named.name}\` in its namespace.`,
    });
  }
}
