import { z } from "zod";
import { flag, ifName, netnsRef } from "../core/fields";
import { deviceOf, keyFault, keyOf, knownKey, type Named, ofDevice, respelled, STAR } from "../core/sysctlKey";
import { noNamespace } from "../kernel/advice";
import { changedSysctls, usualSysctl } from "../kernel/changedSysctls";
import { inScope } from "../kernel/netns";
import { netnsPath } from "../kernel/netnsPath";
import { placeIn } from "../kernel/place";
import { listSysctls, normalValue, readSysctl, readSysctlOfEach } from "../kernel/sysctl";
import { othersBack, othersOf, stepsBack, withoutSideEffects } from "../kernel/sysctlOthers";
import { oneName, reachOf, takesTurns } from "../kernel/sysctlResets";
import { defineKind, inNamespace, named } from "./kind";

const SWITCH_OF_IPV6 = /^net\.ipv6\.conf\.[^.]+\.disable_ipv6$/;

const inputs = z
  .strictObject({
    namespace: inNamespace("The namespace whose setting it is"),
    key: z
      .string({ error: "must be a string" })
      .superRefine((key, context) => {
        const message = keyFault(key);
        if (message) context.addIssue({ code: "custom", message });
      })
      .meta({
        description:
          "The setting's name, `net.…`, in the dotted notation of sysctl(8): a dot in a device's name is written as `/`, " +
          "as in `net.ipv4.conf.eth0/100.rp_filter`. With `device`, `*` stands for its name: `net.ipv4.conf.*.rp_filter`. " +
          "For what the keys mean see the kernel's Documentation/networking/ip-sysctl.rst.",
        replaces: true,
      }),
    device: ifName()
      .optional()
      .meta({
        description:
          "The device whose setting it is, which `*` stands for in `key`. Taken from the resource that makes the device " +
          "(`link.a.name`), the setting comes after it, and follows it when it is replaced. Absent: `key` says all.",
        replaces: true,
      }),
    value: z
      .union([z.string(), z.number()], { error: "must be a string or a number" })
      .superRefine((value, context) => {
        const message = valueFault(value);
        if (message) context.addIssue({ code: "custom", message });
      })
      .overwrite((value) => normalValue(String(value)))
      .meta({
        description: "The value, a string or a number. Separate several numbers with a space.",
      }),
    restoreOnDelete: flag().default(true).meta({
      description: "Whether delete puts `previousValue` back. Default: true.",
      policy: true,
    }),
  })
  .meta({ respelled });

const outputs = inputs.extend({
  value: z.string().meta({ description: "The value as the kernel shows it." }),
  previousValue: z.string().meta({
    description:
      "The value that was there before this resource was created; where another setting of the stack had set it along, " +
      "the one before that.",
    derivedFrom: ["value"],
  }),
  previousOthers: z
    .array(z.string())
    .optional()
    .meta({
      description:
        "Of a setting that sets others along: those, as `KEY=VALUE`, that putting `previousValue` back does not bring " +
        "back by itself. Delete puts them back, too.",
      derivedFrom: ["value"],
    }),
});

type State = z.output<typeof outputs>;
type Place = Named & { namespace?: string | undefined };

export const sysctl = defineKind({
  type: "Sysctl",
  description:
    "A kernel setting below `net.` of a network namespace, see sysctl(8). Create records the value that it " +
    "finds as `previousValue`, and delete restores it.\n\n" +
    "Some settings set others along in the kernel: `net.ipv4.ip_forward` sets `forwarding` of each device, " +
    "`net.ipv6.conf.all.disable_ipv6` that of each device, and so on (docs/sysctls.md has the table). Whatever the order " +
    "in the program, each setting of the stack has its value in the end, and keeps it when another one is changed or " +
    "deleted. One that the kernel has under two names, such as `net.ipv4.ip_forward` and " +
    "`net.ipv4.conf.all.forwarding`, can be set by one resource only.",
  example: `import * as netns from "pulumi-netns";

const net0 = new netns.Namespace("net0");
const forwarding = new netns.Sysctl("forwarding", {
  namespace: net0.name,
  key: "net.ipv4.ip_forward",
  value: 1,
});
const link = new netns.VethPair("link", { a: { name: "eth0", namespace: net0.name }, b: { name: "eth1", namespace: net0.name } });
const loose = new netns.Sysctl("loose", {
  namespace: net0.name,
  device: link.a.name,
  key: "net.ipv4.conf.*.rp_filter",
  value: 2,
});
export const before = [forwarding.previousValue, loose.previousValue];`,
  inputs,
  outputs,
  idForm: "NAMESPACE:KEY (:KEY without a namespace)",
  id: ({ namespace, ...setting }) => `${namespace ?? ""}:${keyOf(setting)}`,
  parseId(id): Place | undefined {
    const colon = id.lastIndexOf(":");
    const key = id.slice(colon + 1);
    if (colon < 0 || keyFault(key) !== undefined || key.includes(STAR)) return undefined;
    if (colon === 0) return ofDevice(key);
    const namespace = netnsRef().safeParse(id.slice(0, colon)).data;
    return namespace === undefined ? undefined : { namespace, ...ofDevice(key) };
  },
  crossCheck({ key, ...want }) {
    if (key === undefined || key.includes(STAR) === "device" in want) return [];
    return key.includes(STAR)
      ? [{ path: ["device"], reason: "is required: it is what `*` in `key` stands for" }]
      : [{ path: ["key"], reason: "must have `*` in the device's place, as in `net.ipv4.conf.*.rp_filter`" }];
  },
  claim: (want) => {
    const key = knownKey(want);
    return { name: key === undefined ? undefined : oneName(key), at: want, path: [] };
  },
  where: ({ namespace, key, device }): Place => ({
    ...{ namespace, key },
    ...(device !== undefined && { device }),
  }),

  async observe(kernel, { namespace, ...setting }) {
    const key = keyOf(setting);
    const reach = reachOf(key);
    const [value, others] = await Promise.all([
      readSysctl(kernel, namespace, key),
      reach.length === 0 ? undefined : readSysctlOfEach(kernel, namespace, reach),
    ]);
    if (value === undefined) return undefined;
    const place = await placeIn(kernel, namespace, deviceOf(key));
    const at = namespace === undefined ? {} : { namespace };
    const more = others && { previousOthers: othersOf(key, value, others) };
    return {
      state: { ...at, ...setting, value, restoreOnDelete: true, previousValue: value, ...more },
      what: `the sysctl ${key}`,
      ...(place !== undefined && { place }),
    };
  },
  // What was found is wanted again where something failed: then with the others as they were.
  plan: (want, have) => (have?.value === want.value ? [] : stepsBack(whole(want), String(want.value))),
  remove(have: State) {
    if (!have.restoreOnDelete) return [];
    // It may have had another value in between.
    return have.value === have.previousValue ? othersBack(whole(have)) : stepsBack(whole(have), have.previousValue);
  },
  setting: {
    kept: ["previousValue", "previousOthers"],
    before: ({ previousValue }) => ({ value: previousValue }),
    withoutSideEffects: (found, held) => ({ ...withoutSideEffects(whole(found), held.map(whole)), key: found.key }),
    reaches: (state) => reachOf(keyOf(state)).length > 0,
    one: ({ namespace, ...setting }) => `${namespace ?? ""}:${oneName(keyOf(setting))}`,
    turn: ({ namespace, ...setting }) => (takesTurns(keyOf(setting)) ? (namespace ?? "") : undefined),
    changed: async (kernel, namespace) =>
      (await changedSysctls(kernel, namespace)).map(([key, value]) => ({
        ...(namespace !== undefined && { namespace }),
        ...{ key, value, restoreOnDelete: true },
      })),
    usual: async (kernel, { namespace, ...setting }) => {
      const value = await usualSysctl(kernel, namespace, keyOf(setting));
      return value === undefined ? undefined : { namespace, ...setting, value, restoreOnDelete: true };
    },
    missing: async (kernel, { namespace }) =>
      namespace !== undefined && !(await kernel.host.stat(netnsPath(namespace)))
        ? noNamespace(namespace)
        : "The kernel has no such key there: look with `sysctl -a`. A device's keys exist only as long as the device.",
  },

  preview: () => ({}),
  // A new device has what is for all new ones.
  async early(kernel, { namespace, ...setting }) {
    const key = keyOf(setting);
    const device = deviceOf(key)?.replaceAll(".", "/");
    if (device === undefined) return undefined;
    const previousValue = await readSysctl(kernel, namespace, key.replace(`.${device}.`, ".default."));
    return previousValue === undefined ? undefined : { outputs: { previousValue } };
  },
  adopt: ({ previousValue: _, previousOthers: __, ...rest }) => rest,
  on: (want) => {
    if ("device" in want) return [named(want, "device")];
    const device = deviceOf(want.key ?? "");
    return device === undefined ? [] : [{ name: device, at: want, path: ["key"] }];
  },
  hangsOn: ({ namespace, ...setting }) => {
    const device = deviceOf(keyOf(setting));
    const isIpv6 = setting.key.startsWith("net.ipv6.") && device !== undefined;
    return isIpv6 ? [{ sort: "ipv6Settings", namespace, name: device, path: ["key"] }] : [];
  },
  affects: ({ namespace, value, ...setting }, want) => {
    const key = keyOf(setting);
    return SWITCH_OF_IPV6.test(key) && String(want.value ?? value) !== value
      ? [{ sort: "ipv6", namespace, name: deviceOf(key) }]
      : [];
  },
  facts: ({ namespace, value, ...setting }) => [{ says: "sysctl", namespace, key: knownKey(setting), value }],
  called: (state) => {
    const key = keyOf(state);
    const [, , , ...parts] = key.split(".");
    const last = key.slice(key.lastIndexOf(".") + 1);
    return [parts.length < 2 ? last : parts.join("-"), key];
  },
  bearsMark: false,
  placeOf: (kernel, { namespace, ...setting }) => placeIn(kernel, namespace, deviceOf(keyOf(setting))),
  identity: [],
  list: (kernel, query) =>
    inScope(kernel, query, async (netns) => (await listSysctls(kernel, netns)).map((key) => `${netns ?? ""}:${key}`)),
});

function whole<T extends Named>(setting: T): T {
  return { ...setting, key: keyOf(setting) };
}

function valueFault(value: string | number): string | undefined {
  if (typeof value === "number")
    return Number.isSafeInteger(value) ? undefined : "must be a whole number below 2^53, or else a string";
  if (value.trim() === "") return "must not be empty";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for.
  return /[\n\r\u0000]/.test(value) ? "must be one line" : undefined;
}
