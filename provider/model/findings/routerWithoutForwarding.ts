import { familyOf } from "../../core/ip";
import { type Host, isKnown } from "../graph";
import { type Range, rangeOf } from "../inet";
import { forwards } from "../reach/settings";
import type { Resource } from "../resources";
import { andMore, type Check, type Found, type Lab } from "./finding";
import { type Leg, legsOf, routersAt } from "./gateways";

export const routerWithoutForwarding: Check = {
  code: "router-without-forwarding",
  title: "A host is the gateway of others but does not forward",
  level: "error",
  find(lab) {
    const asked = new Map<string, Closed>();
    for (const leg of legsOf(lab)) {
      if (!leg.device) continue;
      const [router, ...others] = routersAt(lab, leg, leg.device);
      if (!router || others.length > 0) continue;
      const closed = closedAt(lab, router, leg);
      if (!closed || !isMoreBehind(lab, router, leg)) continue;
      const key = `${closed.key} ${router.name}`;
      const before = asked.get(key);
      if (before) before.legs.push(leg);
      else asked.set(key, { ...closed, router, legs: [leg] });
    }
    return [...asked.values()].map(found);
  },
};

/** A router that passes on nothing, by the setting of that key. */
interface Closed {
  router: Host;
  legs: Leg[];
  key: string;
  by: Resource[];
}

/** What keeps it from passing on what comes in from there, if all that it may come in by does. */
function closedAt(lab: Lab, router: Host, { gateway, device }: Leg): Pick<Closed, "key" | "by"> | undefined {
  const near = device ? [...lab.domains.of(device).devices].filter(({ host }) => host === router) : [];
  const settings = near.map((one) => forwards(one, familyOf(gateway)));
  return settings.every(({ value }) => value === 0) ? settings[0] : undefined;
}

function found({ router, legs, key, by }: Closed): Found {
  const resources = [...by, router.by, ...legs.map(({ route }) => route.by)];
  const hosts = [...new Set(legs.map(({ host }) => host.name))];
  return {
    resources: [...new Set(resources.filter((one): one is Resource => one !== undefined))],
    what:
      `${andMore(hosts)} ${hosts.length === 1 ? "sends" : "send"} through ${router.name} to ` +
      `${andMore([...new Set(legs.map(({ route }) => String(route.destination)))])}, but ${router.name} does not forward: ` +
      `${key} is 0${by.length > 0 ? "" : ", the kernel's default, because nothing sets it"}.`,
    todo: `Set \`${key}\` to 1 in ${router.name}.`,
  };
}

/** Whether the route leads to more than addresses of the router's own: a network of it on another link, or a way of its own. */
function isMoreBehind(lab: Lab, router: Host, { route, device }: Leg): boolean {
  const range = isKnown(route.destination) ? rangeOf(route.destination) : undefined;
  if (!range || !device) return false;
  const near = lab.domains.of(device).devices;
  const beyond = [...router.devices.values()].filter(
    (one) => one.name !== "lo" && !near.has(one) && one.link?.type !== "dummy",
  );
  if (beyond.length === 0) return false;
  const networks = beyond.flatMap((one) => lab.addressesOf(one).map(({ network }) => network));
  const onwards = router.routes.flatMap(({ destination, type }) => {
    const to = isKnown(destination) && type === "unicast" ? rangeOf(destination) : undefined;
    return to ? [to] : [];
  });
  return [...networks, ...onwards].some((other) => overlaps(range, other));
}

function overlaps(one: Range, other: Range): boolean {
  return one.family === other.family && one.first <= other.last && other.first <= one.last;
}
