import { z } from "zod";
import { ip } from "../kernel/step";
import { defineKind } from "./kind";
import { join, notOfItself, portInputs, portKind, seePort } from "./port";

const CONTROLLER = {
  ...{ property: "bond", word: "bond", slave: "bond" },
  // It joins only while it is down, and the kernel then sets it up; when it leaves it is set down.
  moving: (step, { device }) => ({
    ...step,
    what: `${step.what}, with the device down meanwhile`,
    whileDown: device,
  }),
  // With its last port a bond loses its MAC address to a random one.
  afterLeaving: ({ ifname, address }, namespace) => [
    ip(namespace, "keep the bond's MAC address", ["link", "set", "dev", ifname, "address", address]),
  ],
} as const satisfies Parameters<typeof portKind<"bond">>[0];

const inputs = z.strictObject(portInputs(CONTROLLER, "the end of a VethPair, a Dummy"));

export const bondPort = defineKind({
  ...portKind(CONTROLLER),
  type: "BondPort",
  description:
    "A device as a port of a bond, see ip-link(8). A device that already belongs to another one stays there. To join and " +
    "to leave it is down for a moment; while it is a port it has the MAC address and the MTU of the bond, and gets its own back when it leaves. Delete " +
    "removes the device from the bond and keeps the device.",
  example: `import * as netns from "pulumi-netns";

const host = new netns.Namespace("host");
const cable = new netns.VethPair("cable", {
  a: { name: "eth0", namespace: host.name },
  b: { name: "port0", namespace: host.name },
});
const bond0 = new netns.Bond("bond0", { namespace: host.name, mode: "802.3ad", lacpRate: "fast" });
const port = new netns.BondPort("eth0", { namespace: host.name, bond: bond0.name, device: cable.a.name });
export const device = port.device;`,
  inputs,
  outputs: inputs,
  crossCheck: (want) => notOfItself(CONTROLLER, want),
  observe: (kernel, where) => seePort(CONTROLLER, kernel, where, () => ({})),
  plan: (want, have) => (have ? [] : [join(CONTROLLER, want)]),
  gives: ({ namespace, device }) => [{ sort: "running", namespace, name: device }],
  adopt: (want) => want,
  facts: ({ namespace, bond, device }) => [
    { says: "member", controller: { namespace, name: bond }, device: { namespace, name: device } },
  ],
});
